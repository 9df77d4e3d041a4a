import {
  nearNames,
  parseAddress,
  policyWorkloads,
  type AskedEnd,
  type AskedPort,
  type PolicyWorkload,
} from '@kroot/graph';
import { formatRef, ref, type Pod, type Snapshot } from '@kroot/types';
import { builtinKindNamed } from '../targets.ts';
import { QuestionError, type NamedWorld } from './named-world.ts';

/** Ends that policies may treat differently, though they were named by one name. */
export interface NamedEnds {
  readonly ends: readonly [AskedEnd, ...AskedEnd[]];
}

const OUTSIDE = 'outside';

/**
 * Finds the end of a connection by what the user wrote: an address, `outside`, a pod, `KIND/NAME` or `KIND/NAMESPACE/NAME`.
 * @throws QuestionError when there is none.
 */
export function flowEnds(text: string, input: NamedWorld): NamedEnds {
  if (text === OUTSIDE) return { ends: [{ end: { external: true } }] };
  if (parseAddress(text) !== undefined) return { ends: [{ end: { ip: text } }] };
  const named = nameOf(text, input);
  if (named.kind === 'Service' || named.kind === 'Ingress') {
    throw new QuestionError(`policies see pods, not a ${named.kind}: name the workload or the pod behind ${text}`);
  }
  return named.kind === 'Pod' ? podEnd(text, named, input.snapshot) : workloadEnds(text, named, input);
}

interface Name {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

function nameOf(text: string, { namespace }: NamedWorld): Name {
  const parts = text.split('/');
  const [first = '', second, third] = parts;
  if (parts.includes('') || parts.length > 3) throw notAnEnd(text);
  if (second === undefined) return { kind: 'Pod', namespace, name: first };
  const kind = builtinKindNamed(first);
  if (kind === undefined) throw notAnEnd(text);
  return third === undefined ? { kind, namespace, name: second } : { kind, namespace: second, name: third };
}

function notAnEnd(text: string): QuestionError {
  return new QuestionError(
    `"${text}" is no end of a connection: give an IP address, ${OUTSIDE}, the name of a pod, or KIND/NAME such as deploy/web`,
  );
}

function podEnd(text: string, { namespace, name }: Name, snapshot: Snapshot): NamedEnds {
  const pods = snapshot.list('Pod', namespace);
  const found = pods.filter(({ metadata }) => metadata.name === name);
  const [pod] = found;
  if (pod === undefined)
    throw missing(
      text,
      namespace,
      pods.map(({ metadata }) => metadata.name),
    );
  if (found.length > 1)
    throw several(
      text,
      found.map(({ metadata }) => metadata.namespace ?? ''),
    );
  return { ends: [{ end: pod }] };
}

function workloadEnds(text: string, { kind, namespace, name }: Name, input: NamedWorld): NamedEnds {
  const all = policyWorkloads(input.snapshot, input).filter(
    ({ workload }) => workload.owner === kind && (namespace === undefined || workload.ns === namespace),
  );
  const found = all.filter(({ workload }) => workload.name === name);
  const [first] = found;
  if (first === undefined)
    throw missing(
      text,
      namespace,
      all.map(({ workload }) => workload.name),
    );
  if (found.length > 1)
    throw several(
      text,
      found.map(({ workload }) => workload.ns),
    );
  const [pod, ...more] = first.pods;
  if (pod === undefined) throw missing(text, namespace, []);
  return { ends: [endOfPod(first, pod), ...more.map((each) => endOfPod(first, each))] };
}

/** The name of the workload, unless its pods have to be told apart. */
function endOfPod({ workload, pods }: PolicyWorkload, pod: Pod): AskedEnd {
  const whole = formatRef(ref(workload.owner, workload.ns, workload.name));
  return { end: pod, text: pods.length === 1 ? whole : `${whole} (pod ${pod.metadata.name})` };
}

function missing(text: string, namespace: string | undefined, names: readonly string[]): QuestionError {
  const last = text.split('/').at(-1) ?? text;
  const near = nearNames(last, [...new Set(names)], 3);
  const where = namespace === undefined ? '' : ` in namespace "${namespace}"`;
  return new QuestionError(`there is no "${text}"${where}${near.length === 0 ? '' : `; near it: ${near.join(', ')}`}`);
}

function several(text: string, namespaces: readonly string[]): QuestionError {
  return new QuestionError(
    `"${text}" is in several namespaces: ${namespaces.join(', ')}; choose one with KIND/NAMESPACE/NAME`,
  );
}

/**
 * Reads `80`, `80/udp` or `UDP/80`.
 * @throws QuestionError when it is none of them.
 */
export function askedPort(text: string): AskedPort {
  const parts = text.split('/');
  const number = parts.find((part) => /^\d{1,5}$/.test(part));
  const protocol = (parts.find((part) => part !== number) ?? 'TCP').toUpperCase();
  const port = Number(number);
  if (parts.length > 2 || number === undefined || port < 1 || port > 65_535 || !/^(?:TCP|UDP|SCTP)$/.test(protocol)) {
    throw new QuestionError(`"${text}" is no port: give a number of the pod, such as 8080 or 53/udp`);
  }
  return { port, protocol };
}
