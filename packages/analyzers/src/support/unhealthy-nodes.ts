import { conditionOf, controllerOf, eventTime, eventsOf, memoize, refOf, timeOf, type PodState } from '@kroot/graph';
import { type Condition, type Event, type Node, type ResourceRef, type Snapshot } from '@kroot/types';
import { notReadyKind, saysRuntimeSocketDown, type NotReadyKind } from '../messages/node-not-ready.ts';
import { sandboxFailure } from '../messages/sandbox.ts';
import { keptOutBy, type KeptOut } from './kept-out.ts';
import { isNodeAgent, isYounger, podsOnNode } from './pods-on-node.ts';

/** A node that is not ready, and what that holds up. */
export interface UnhealthyNode {
  readonly node: Node;
  readonly ref: ResourceRef;
  readonly kind: NotReadyKind | 'unreachable';
  /** Its Ready condition. */
  readonly condition: Condition;
  /** Pods on it that are lost with it, cannot be deleted, or get no sandbox from its runtime. */
  readonly pods: readonly PodState[];
  /** Pending pods that would fit on it. */
  readonly keptOut: readonly KeptOut[];
  /** The newest event that shows the runtime's own words, if it is down. */
  readonly event?: Event;
  /** Whether pods other than the node's own agents suffer. */
  readonly harmful: boolean;
}

const SECOND = 1000;
/** A node that just joined has neither network plugin nor image cache: two to three minutes are normal. */
const JOIN_GRACE = 180 * SECOND;
const FLAP_GRACE = 60 * SECOND;
const STUCK_AFTER = 60 * SECOND;
const TAINTS: ReadonlySet<string> = new Set([
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/out-of-service',
  'node.cloudprovider.kubernetes.io/uninitialized',
]);

/** Every node that is not ready for good, and every one whose runtime answers no pod, in order of name; each has one kind. */
export const unhealthyNodes: (snapshot: Snapshot) => readonly UnhealthyNode[] = memoize((snapshot) =>
  snapshot.list('Node').flatMap((node) => unhealthy(snapshot, node) ?? []),
);

function unhealthy(snapshot: Snapshot, node: Node): UnhealthyNode | undefined {
  const condition = conditionOf(node.status?.conditions, 'Ready');
  if (condition === undefined) return undefined;
  const now = snapshot.now.getTime();
  const { name } = node.metadata;
  const silent = podsOnNode(snapshot, name).filter(saysRuntimeDown);
  const kind = kindOf(snapshot, node, condition, silent.length > 0);
  if (kind === undefined) return undefined;
  const pods = podsOnNode(snapshot, name).filter((state) => isLost(state, now) || silent.includes(state));
  const keptOut = keptOutBy(snapshot, name, TAINTS);
  const harmful =
    keptOut.length > 0 ||
    pods.some(
      (state) => (state.stage !== 'terminating' || isIrreplaceable(state)) && !isNodeAgent(snapshot, state.pod),
    );
  if (isExcused(snapshot, node, condition, harmful)) return undefined;
  const event = kind === 'runtime' ? runtimeEvent(snapshot, node, silent, condition) : undefined;
  return { node, ref: refOf(node), kind, condition, pods, keptOut, harmful, ...(event === undefined ? {} : { event }) };
}

function kindOf(snapshot: Snapshot, node: Node, ready: Condition, silent: boolean): UnhealthyNode['kind'] | undefined {
  if (ready.status === 'Unknown') return 'unreachable';
  if (ready.status === 'True') return silent ? 'runtime' : undefined;
  const kind = notReadyKind(ready.message ?? '');
  if (kind !== 'kubelet' || (ready.message ?? '') !== '') return kind;
  return silent || runtimeEvent(snapshot, node, [], ready) !== undefined ? 'runtime' : kind;
}

function saysRuntimeDown(state: PodState): boolean {
  const { stage, blocked, event } = state;
  return blocked && stage === 'sandbox' && sandboxFailure(event?.message ?? '').kind === 'runtime';
}

/** A StatefulSet makes no other pod of the name before the old one is certainly gone. */
function isIrreplaceable({ pod }: PodState): boolean {
  return controllerOf(pod)?.kind === 'StatefulSet';
}

/** Lost with the node, or gone for everyone but the node, whose kubelet would have to confirm it. */
function isLost({ stage, pod }: PodState, now: number): boolean {
  if (stage === 'node-lost') return true;
  const deleted = timeOf(pod.metadata.deletionTimestamp);
  return stage === 'terminating' && deleted !== undefined && now - deleted > STUCK_AFTER;
}

function isExcused(snapshot: Snapshot, node: Node, ready: Condition, harmful: boolean): boolean {
  const now = snapshot.now.getTime();
  if (isYounger(node, now, ready.status === 'Unknown' ? FLAP_GRACE : JOIN_GRACE)) return true;
  const since = timeOf(ready.lastTransitionTime);
  if (ready.status === 'False' && isStarting(snapshot, node, now)) return true;
  return !harmful && since !== undefined && now - since < FLAP_GRACE;
}

/** The kubelet started moments ago: the node is coming back from a reboot or restart. */
function isStarting(snapshot: Snapshot, node: Node, now: number): boolean {
  return eventsOf(snapshot, node).some(({ reason = '', ...event }) => {
    const time = timeOf(eventTime({ ...event, reason }));
    return (reason === 'Rebooted' || reason === 'Starting') && time !== undefined && now - time < FLAP_GRACE;
  });
}

/** The node's own words about its runtime, no older than its present state. */
function runtimeEvent(
  snapshot: Snapshot,
  node: Node,
  silent: readonly PodState[],
  ready: Condition,
): Event | undefined {
  const since = ready.status === 'True' ? Number.POSITIVE_INFINITY : (timeOf(ready.lastTransitionTime) ?? 0);
  const own = eventsOf(snapshot, node).find(
    (event) => saysRuntimeSocketDown(event.message ?? '') && (timeOf(eventTime(event)) ?? 0) >= since,
  );
  return own ?? silent.find(({ event }) => event !== undefined)?.event;
}
