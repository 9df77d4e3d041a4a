import { type Node, type Pod, type Snapshot } from '@kroot/types';
import { groupBy } from '../group-by.ts';
import { memoize } from '../memo.ts';
import { type BoundTerm } from './affinity-term.ts';
import { nodesByName, type ReplayContext } from './context.ts';
import { hasEnded, isSame } from './occupancy.ts';

/** A pod that has not ended, and the node that it is bound to. */
export interface PlacedPod {
  readonly pod: Pod;
  readonly node: Node;
}

/** All placed pods, in order of namespace and name. Pods on nodes that do not exist are nowhere. */
export const allPlaced: (snapshot: Snapshot) => readonly PlacedPod[] = memoize((snapshot) => {
  const nodes = nodesByName(snapshot);
  return snapshot.list('Pod').flatMap((pod) => {
    const node = hasEnded(pod) ? undefined : nodes.get(pod.spec.nodeName ?? '');
    return node === undefined ? [] : [{ pod, node }];
  });
});

const byNamespace: (snapshot: Snapshot) => ReadonlyMap<string, readonly PlacedPod[]> = memoize((snapshot) =>
  groupBy(allPlaced(snapshot), ({ pod }) => pod.metadata.namespace ?? ''),
);

/** The placed pods of one namespace, without the pod that is replayed. */
export function placedIn(context: ReplayContext, namespace: string): readonly PlacedPod[] {
  return withoutSelf(context, byNamespace(context.snapshot).get(namespace) ?? []);
}

/** The placed pods that a term may select: those of the namespaces that it names, all if it selects namespaces. */
export function placedFor(context: ReplayContext, { term, namespace }: BoundTerm): readonly PlacedPod[] {
  if (term.namespaceSelector !== undefined) return withoutSelf(context, allPlaced(context.snapshot));
  const namespaces = (term.namespaces ?? []).length === 0 ? [namespace] : (term.namespaces ?? []);
  return [...new Set(namespaces)].flatMap((name) => placedIn(context, name));
}

function withoutSelf(context: ReplayContext, placed: readonly PlacedPod[]): readonly PlacedPod[] {
  const isPlaced = (context.pod.spec.nodeName ?? '') !== '';
  return isPlaced ? placed.filter(({ pod }) => !isSame(pod, context.pod)) : placed;
}
