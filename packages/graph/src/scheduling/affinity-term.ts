import { type LabelSelector, type Pod, type PodAffinityTerm, type StringMap } from '@kroot/types';
import { labelValue, matchesLabelSelector } from '../selectors.ts';
import { lookUp, type ReplayContext } from './context.ts';

/** A term of pod affinity together with the namespace of the pod that states it. */
export interface BoundTerm {
  readonly term: PodAffinityTerm;
  readonly namespace: string;
  /** The label selector with matchLabelKeys and mismatchLabelKeys worked in. */
  readonly selector: LabelSelector | undefined;
}

/** Binds a term to the pod that states it. */
export function bindTerm(term: PodAffinityTerm, pod: Pod): BoundTerm {
  return {
    term,
    namespace: pod.metadata.namespace ?? '',
    selector: withLabelKeys(term.labelSelector, pod.metadata.labels, term.matchLabelKeys, term.mismatchLabelKeys),
  };
}

/**
 * A selector that also asks for the same values of some labels as the pod has, and for other values of others. Keys
 * that the pod lacks are ignored. API servers work the keys in themselves since 1.29; doing so twice changes nothing.
 */
export function withLabelKeys(
  selector: LabelSelector | undefined,
  labels: StringMap | undefined,
  same: readonly string[] = [],
  different: readonly string[] = [],
): LabelSelector | undefined {
  if (selector === undefined || same.length + different.length === 0) return selector;
  const ask = (keys: readonly string[], operator: string) =>
    keys.flatMap((key) => {
      const value = labelValue(labels, key);
      return value === undefined ? [] : [{ key, operator, values: [value] }];
    });
  return {
    ...selector,
    matchExpressions: [...(selector.matchExpressions ?? []), ...ask(same, 'In'), ...ask(different, 'NotIn')],
  };
}

/**
 * Whether a term selects a pod. Without namespaces and namespaceSelector only the namespace of the stating pod counts.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/types.go (AffinityTerm.Matches)
 */
export function termSelects(context: ReplayContext, bound: BoundTerm, pod: Pod): boolean {
  return (
    matchesLabelSelector(bound.selector, pod.metadata.labels) &&
    coversNamespace(context, bound, pod.metadata.namespace ?? '')
  );
}

function coversNamespace(context: ReplayContext, bound: BoundTerm, namespace: string): boolean {
  const { namespaces = [], namespaceSelector } = bound.term;
  if (namespaces.includes(namespace)) return true;
  if (namespaceSelector === undefined) return namespaces.length === 0 && namespace === bound.namespace;
  if (isEmpty(namespaceSelector)) return true;
  const found = lookUp(context, { group: '', kind: 'Namespace', name: namespace });
  // The API server puts the name's label on every namespace; of one that cannot be seen nothing else is known.
  const labels =
    found.state === 'present' ? found.object.metadata.labels : { 'kubernetes.io/metadata.name': namespace };
  return matchesLabelSelector(namespaceSelector, labels);
}

function isEmpty(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}
