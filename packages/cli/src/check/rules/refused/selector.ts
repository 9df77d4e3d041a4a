import { formatRef, type Finding, type KubernetesObject, type LabelSelector } from '@kroot/types';
import { type Templated } from '../templated.ts';
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

function selectorOf(object: KubernetesObject): LabelSelector | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reader has shaped this field of every kind that selects
  return (object as { readonly spec?: { readonly selector?: LabelSelector } }).spec?.selector;
}
