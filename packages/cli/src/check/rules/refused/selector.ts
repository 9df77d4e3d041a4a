import { formatRef, type Finding, type KubernetesObject, type LabelSelector } from '@kroot/types';
import { type Templated } from '../templated.ts';
import { isWhole } from './own-containers.ts';
import { refusal } from './refusal.ts';

const SELECTING: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/** A selector that does not select the pods of its own template. */
export function* selectorFault({ ref, object, template }: Templated): Generator<Finding> {
  if (!SELECTING.has(ref.kind)) return;
  const labels = new Map(Object.entries(template.metadata?.labels ?? {}));
  const first = Object.entries(selectorOf(object)?.matchLabels ?? {}).find(([key, value]) => labels.get(key) !== value);
  if (first === undefined) return;
  const [key, value] = first;
  const has = labels.get(key);
  yield refusal({
    ref,
    discriminator: 'selector',
    message: `The selector of ${formatRef(ref)} does not select its own pods`,
    cause: `It asks for ${key}=${value}, and the template has ${has === undefined ? 'no such label' : `${key}=${has}`}.`,
    path: `spec.selector.matchLabels["${key}"]`,
    quote: `${key}: ${value}`,
    also: {
      path: 'spec.template.metadata.labels',
      quote: [...labels].map(([name, set]) => `${name}: ${set}`).join(', ') || 'no labels',
    },
    fix: `Give the template the label ${key}: ${value}.`,
  });
}

/** A workload of apps/v1 without a selector; older versions made one from the labels. */
export function* selectorMissing(workload: Templated, apiVersion: string | undefined): Generator<Finding> {
  const { ref, object, template } = workload;
  if (apiVersion !== 'apps/v1' || !SELECTING.has(ref.kind) || !isWhole(workload)) return;
  const selector = selectorOf(object);
  if (selector !== undefined && !selectsAll(selector)) return;
  const labels = Object.entries(template.metadata?.labels ?? {}).map(([key, value]) => `${key}: ${value}`);
  const isEmpty = selector !== undefined;
  yield refusal({
    ref,
    discriminator: 'selector',
    message: `${formatRef(ref)} has ${isEmpty ? 'an empty' : 'no'} selector`,
    cause: isEmpty
      ? 'The API server says "empty selector is invalid": it would select every pod.'
      : 'The API server says "Required value" of spec.selector: apps/v1 makes none from the labels.',
    path: 'spec.selector',
    quote: isEmpty ? 'an empty selector' : 'no selector',
    also: { path: 'spec.template.metadata.labels', quote: labels.join(', ') || 'no labels' },
    fix:
      labels[0] === undefined
        ? 'Give the template a label, and select it with selector.matchLabels.'
        : `Select a label of the template that stays: selector.matchLabels with ${labels[0]}.`,
  });
}

function selectsAll({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

function selectorOf(object: KubernetesObject): LabelSelector | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reader has shaped this field of every kind that selects
  return (object as { readonly spec?: { readonly selector?: LabelSelector } }).spec?.selector;
}
