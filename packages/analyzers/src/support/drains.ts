import { eventsOf, isFinished, labelValue, memoize, podsMatching, refOf, timeOf, type PodState } from '@kroot/graph';
import { refKey, type Node, type Pod, type PodDisruptionBudget, type ResourceRef, type Snapshot } from '@kroot/types';
import { isNodeAgent, podsOnNode } from './pods-on-node.ts';

/** A disruption budget that allows no eviction now. */
export interface ExhaustedBudget {
  readonly ref: ResourceRef;
  readonly budget: PodDisruptionBudget;
  readonly pods: readonly Pod[];
  readonly expected: number;
  readonly desired: number;
  readonly healthy: number;
  /** Even with all pods healthy it would allow none. */
  readonly isImpossible: boolean;
}

/** Budgets over at least one pod that allow no eviction, in order of namespace and name. */
export const exhaustedBudgets: (snapshot: Snapshot) => readonly ExhaustedBudget[] = memoize((snapshot) =>
  snapshot.list('PodDisruptionBudget').flatMap((budget) => {
    const { disruptionsAllowed, expectedPods = 0, desiredHealthy = 0, currentHealthy = 0 } = budget.status ?? {};
    if (disruptionsAllowed !== 0 || expectedPods === 0 || budget.spec?.selector === undefined) return [];
    const pods = podsMatching(snapshot, budget.metadata.namespace ?? '', budget.spec.selector);
    return [
      {
        ref: refOf(budget),
        budget,
        pods: pods.filter((pod) => !isFinished(pod)),
        expected: expectedPods,
        desired: desiredHealthy,
        healthy: currentHealthy,
        isImpossible: desiredHealthy >= expectedPods,
      },
    ];
  }),
);

/** A node that is being emptied and has pods that do not go. */
export interface StuckDrain {
  readonly ref: ResourceRef;
  readonly node: Node;
  readonly since?: string;
  /** Pods that a budget keeps. */
  readonly guarded: readonly { readonly pod: PodState; readonly budget: ExhaustedBudget }[];
  /** Pods that were deleted and stay. */
  readonly terminating: readonly PodState[];
}

/** Evictions take the grace of the pods. */
const GRACE = 120_000;

/** Taints with which tools announce that they empty a node. */
const DRAIN_TAINTS: ReadonlySet<string> = new Set([
  'ToBeDeletedByClusterAutoscaler',
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
]);

/**
 * Nodes that are cordoned and emptied but for pods that cannot go. kubectl leaves no trace but the cordon and the pods that
 * stayed, so a cordoned node that still has pods which nothing keeps is not being drained.
 */
export const stuckDrains: (snapshot: Snapshot) => readonly StuckDrain[] = memoize((snapshot) => {
  const budgets = budgetsByPod(snapshot);
  return snapshot.list('Node').flatMap((node) => {
    const since = drainStart(snapshot, node);
    if (!isClosing(node) || isFresh(snapshot, since)) return [];
    const pods = podsOnNode(snapshot, node.metadata.name).filter(({ pod }) => isEvictable(snapshot, pod));
    const terminating = pods.filter(({ pod }) => isOverdue(snapshot, pod));
    const alive = pods.filter(({ pod }) => pod.metadata.deletionTimestamp === undefined && !isFinished(pod));
    const guarded = alive.flatMap((pod) => {
      const budget = budgets.get(refKey(pod.ref));
      return budget === undefined || mayGoUnhealthy(budget, pod) ? [] : [{ pod, budget }];
    });
    const isDrained = guarded.length === alive.length || hasDrainTaint(node);
    if (!isDrained || guarded.length + terminating.length === 0) return [];
    return [{ ref: refOf(node), node, guarded, terminating, ...(since === undefined ? {} : { since }) }];
  });
});

function budgetsByPod(snapshot: Snapshot): ReadonlyMap<string, ExhaustedBudget> {
  const found = new Map<string, ExhaustedBudget>();
  for (const budget of exhaustedBudgets(snapshot)) for (const pod of budget.pods) found.set(refKey(refOf(pod)), budget);
  return found;
}

/** Whether a node takes no pods any more: cordoned, or marked by a tool that removes nodes. */
export function isClosing(node: Node): boolean {
  return node.spec?.unschedulable === true || hasDrainTaint(node);
}

function hasDrainTaint({ spec }: Node): boolean {
  return (spec?.taints ?? []).some(({ key }) => DRAIN_TAINTS.has(key));
}

function drainStart(snapshot: Snapshot, node: Node): string | undefined {
  const taint = node.spec?.taints?.find(
    ({ key }) => key === 'node.kubernetes.io/unschedulable' || DRAIN_TAINTS.has(key),
  );
  return (
    taint?.timeAdded ?? eventsOf(snapshot, node).find(({ reason }) => reason === 'NodeNotSchedulable')?.lastTimestamp
  );
}

function isFresh(snapshot: Snapshot, since: string | undefined): boolean {
  const start = timeOf(since);
  return start !== undefined && snapshot.now.getTime() - start < GRACE;
}

/** What a drain evicts: neither node agents nor static pods, nor what `kubectl drain` is told to skip. */
function isEvictable(snapshot: Snapshot, pod: Pod): boolean {
  return (
    !isNodeAgent(snapshot, pod) && labelValue(pod.metadata.annotations, 'kubernetes.io/config.mirror') === undefined
  );
}

function isOverdue(snapshot: Snapshot, { metadata }: Pod): boolean {
  const deletedAt = timeOf(metadata.deletionTimestamp);
  return deletedAt !== undefined && snapshot.now.getTime() - deletedAt > 60_000;
}

/** https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy */
function mayGoUnhealthy({ budget, healthy, desired }: ExhaustedBudget, pod: PodState): boolean {
  // A pod that does not run yet is always let go.
  if (pod.pod.status?.phase === 'Pending') return true;
  if (pod.stage === 'ready') return false;
  return budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow' || (healthy >= desired && desired > 0);
}

/** The drains that a budget holds up. */
export function drainsHeldBy(snapshot: Snapshot, budget: ExhaustedBudget): readonly StuckDrain[] {
  return stuckDrains(snapshot).filter(({ guarded }) => guarded.some((each) => each.budget === budget));
}

/** `minAvailable 1`, `maxUnavailable 0%`. */
export function budgetWords({ spec }: PodDisruptionBudget): string {
  if (spec?.maxUnavailable !== undefined) return `maxUnavailable ${spec.maxUnavailable}`;
  return `minAvailable ${spec?.minAvailable ?? 'not set'}`;
}
