import { parseQuantity } from '@kroot/graph';
import { formatRef, type Finding, type StringMap } from '@kroot/types';
import { type Templated } from '../templated.ts';
import { ownContainers } from './own-containers.ts';
import { refusal } from './refusal.ts';
import { isUnrendered } from './unrendered.ts';

/** What a container can ask for beside huge pages and what has a domain. */
const STANDARD: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
const HUGE_PAGES = 'hugepages-';
/** More than anybody writes; the reader of quantities goes no further. */
const MAX_TEXT = 256;
/** The API server takes a sign or point without digits for nought; an empty text it does not take. */
const WITHOUT_DIGITS = /^(?=.)[+-]?\.?(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** Requests and limits that are no quantities, that nothing can ask for, or that contradict each other. */
export function* resourceFaults(workload: Templated): Generator<Finding> {
  const { ref } = workload;
  for (const { container, path } of ownContainers(workload)) {
    const { requests = {}, limits = {} } = container.resources ?? {};
    const place: Place = { ref, name: container.name, path: `${path}.resources` };
    yield* amountFaults(place, 'limits', limits);
    yield* amountFaults(place, 'requests', requests);
    for (const [resource, request] of Object.entries(requests)) yield* pairFault(place, resource, request, limits);
  }
}

interface Place {
  readonly ref: Templated['ref'];
  readonly name: string;
  readonly path: string;
}

function* amountFaults({ ref, name, path }: Place, field: string, amounts: StringMap): Generator<Finding> {
  const whose = `container "${name}" of ${formatRef(ref)}`;
  for (const [resource, amount] of Object.entries(amounts)) {
    if (isUnrendered(amount) || isUnrendered(resource)) continue;
    const at = { ref, path: `${path}.${field}["${resource}"]`, quote: `${resource}: ${amount}` };
    if (!isKnown(resource)) {
      yield refusal({
        ...at,
        discriminator: `${name}/${field}/${resource}`,
        message: `There is no resource "${resource}", which is in the ${field} of ${whose}`,
        cause: 'The API server says "must be a standard resource for containers": cpu, memory or ephemeral-storage.',
        fix: `Correct the name ${resource}.`,
      });
    }
    const value = quantity(amount);
    if (value === undefined && amount.length <= MAX_TEXT && !WITHOUT_DIGITS.test(amount.trim())) {
      yield refusal({
        ...at,
        discriminator: `${name}/${field}/${resource}/quantity`,
        message: `"${amount}" is no quantity, though it is in the ${field} of ${whose}`,
        cause: `The API server cannot read it as a number of ${resource} with a unit that Kubernetes knows.`,
        fix: unitHint(resource),
      });
    } else if (value !== undefined && value < 0n) {
      yield refusal({
        ...at,
        discriminator: `${name}/${field}/${resource}/negative`,
        message: `${resource} ${amount} in the ${field} of ${whose} is less than nothing`,
        cause: 'The API server says "must be greater than or equal to 0".',
        fix: `Write how much ${resource} the container needs.`,
      });
    }
  }
}

function* pairFault(place: Place, resource: string, request: string, limits: StringMap): Generator<Finding> {
  const limit = Object.hasOwn(limits, resource) ? limits[resource] : undefined;
  if ([resource, request, limit ?? ''].some((text) => isUnrendered(text))) return;
  if (limit !== undefined) yield* limitFault(place, resource, request, limit);
  else if (!canOvercommit(resource)) {
    yield refusal({
      ref: place.ref,
      discriminator: `${place.name}/${resource}`,
      path: `${place.path}.requests["${resource}"]`,
      message: `Container "${place.name}" of ${formatRef(place.ref)} requests ${resource} without a limit`,
      cause: `The API server says "Limit must be set for non overcommitable resources": nobody shares ${resource}.`,
      quote: `${resource}: ${request}`,
      also: { path: `${place.path}.limits`, quote: `no ${resource}` },
      fix: `Set the limit of ${resource} to ${request}, too.`,
    });
  }
}

function* limitFault({ ref, name, path }: Place, resource: string, request: string, limit: string): Generator<Finding> {
  const isExact = !canOvercommit(resource);
  const [asked, most] = [quantity(request), quantity(limit)];
  if (asked === undefined || most === undefined || asked === most || (asked < most && !isExact)) return;
  yield refusal({
    ref,
    discriminator: `${name}/${resource}`,
    path: `${path}.requests["${resource}"]`,
    message: `Container "${name}" of ${formatRef(ref)} requests ${asked > most ? 'more' : 'less'} ${resource} than its limit: ${request} of ${limit}`,
    cause: `The API server says "must be ${isExact ? 'equal' : 'less than or equal'} to ${resource} limit of ${limit}".`,
    quote: `${resource}: ${request}`,
    also: { path: `${path}.limits["${resource}"]`, quote: `${resource}: ${limit}` },
    fix: isExact
      ? `Make request and limit of ${resource} the same.`
      : `Raise the limit of ${resource} to ${request}, or lower the request to ${limit}.`,
  });
}

/** As the API server reads it: without blanks around it. */
function quantity(text: string): bigint | undefined {
  return parseQuantity(text.trim());
}

function isKnown(resource: string): boolean {
  return resource.includes('/') || STANDARD.has(resource) || resource.startsWith(HUGE_PAGES);
}

/** https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/helper/helpers.go */
function canOvercommit(resource: string): boolean {
  if (resource.startsWith(HUGE_PAGES)) return false;
  return !resource.includes('/') || resource.includes('kubernetes.io/');
}

function unitHint(resource: string): string {
  return resource === 'cpu'
    ? 'Write CPUs such as 2 or thousandths such as 500m.'
    : 'Write a number with one of the units Ki, Mi, Gi, Ti, k, M, G, T, or none.';
}
