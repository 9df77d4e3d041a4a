import {
  isConditionTaint,
  isControlPlane,
  memoize,
  podState,
  replayScheduling,
  type PodState,
  type Rejection,
  type SchedulingReplay,
} from '@kroot/graph';
import { type Snapshot } from '@kroot/types';
import { listed } from './words.ts';

/** A pending pod that fits on no node, but would fit on some if nothing were wrong with them. */
export interface KeptOut {
  readonly pod: PodState;
  /** Names of the nodes that only their own state closes to the pod, and what closes them: 'cordon' or taint keys. */
  readonly nodes: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether all other nodes are not asked for or set aside; else a change to the pod or more room would help too. */
  readonly only: boolean;
  readonly replay: SchedulingReplay;
}

/** A pod that the scheduler has refused for less than this may yet be placed: drains and autoscalers need a moment. */
const GRACE = 30_000;

/** The pending pods that only the state of nodes keeps out; none where a node would take the pod now. */
const keptOutPods: (snapshot: Snapshot) => readonly KeptOut[] = memoize((snapshot) => {
  const found: KeptOut[] = [];
  const nodes = snapshot.list('Node');
  const controlPlane = new Set(nodes.filter((node) => isControlPlane(node)).map(({ metadata }) => metadata.name));
  const byDesign = controlPlane.size === nodes.length ? new Set<string>() : controlPlane;
  for (const pod of snapshot.list('Pod')) {
    const state = podState(snapshot, pod);
    const age = state.since === undefined ? GRACE : snapshot.now.getTime() - state.since;
    if (state.stage !== 'unscheduled' || age < GRACE) continue;
    const replay = replayScheduling(snapshot, pod);
    if (replay.everywhere.length > 0 || replay.feasible.length > 0) continue;
    const closed = closedNodes(replay, byDesign);
    if (closed.size > 0) found.push({ pod: state, nodes: closed, only: nothingElse(replay, closed), replay });
  }
  return found;
});

/**
 * Control-plane nodes are closed to workloads by design, with or without a taint, and opening one is no repair: unless a
 * selector or volume ties the pod to it.
 */
function closedNodes(replay: SchedulingReplay, controlPlane: ReadonlySet<string>): Map<string, ReadonlySet<string>> {
  const workers = replay.nodes.filter(({ node }) => !controlPlane.has(node.name));
  const tied = workers.every(({ rejections }) => rejections.some((rejection) => isTie(rejection)));
  const nodes = new Map<string, ReadonlySet<string>>();
  for (const { node, rejections } of tied ? replay.nodes : workers) {
    const reasons = rejections.map((rejection) => stateReason(rejection));
    const known = reasons.filter((reason) => reason !== undefined);
    if (known.length === reasons.length) nodes.set(node.name, new Set(known));
  }
  return nodes;
}

/** The pod wants a label or volume that the node does not have. */
export function isTie(rejection: Rejection): boolean {
  if (rejection.plugin === 'NodeAffinity') return rejection.kind === 'nodeSelector';
  return rejection.plugin === 'VolumeBinding' && rejection.kind === 'node-affinity';
}

function nothingElse(replay: SchedulingReplay, closed: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  return replay.nodes.every(
    ({ node, rejections }) =>
      closed.has(node.name) ||
      rejections.some((rejection) => stateReason(rejection) !== undefined || isByChoice(rejection)),
  );
}

/** The pod does not ask for the node, or the node is set aside. */
function isByChoice(rejection: Rejection): boolean {
  if (rejection.plugin === 'VolumeBinding') return rejection.kind === 'node-affinity';
  return (
    rejection.plugin === 'NodeAffinity' || rejection.plugin === 'VolumeZone' || rejection.plugin === 'TaintToleration'
  );
}

function stateReason(rejection: Rejection): string | undefined {
  if (rejection.plugin === 'NodeUnschedulable') return 'cordon';
  return rejection.plugin === 'TaintToleration' && isConditionTaint(rejection) ? rejection.key : undefined;
}

/** The pods that a node's own state keeps out, by the reasons that count: 'cordon' or a taint's key. */
export function keptOutBy(snapshot: Snapshot, node: string, reasons: ReadonlySet<string>): readonly KeptOut[] {
  return keptOutPods(snapshot).filter(({ nodes }) =>
    [...(nodes.get(node) ?? [])].some((reason) => reasons.has(reason)),
  );
}

const PLUGIN_WORDS: ReadonlyMap<string, string> = new Map([
  ['NodeUnschedulable', 'cordoned'],
  ['TaintToleration', 'with a taint that it does not tolerate'],
  ['NodeAffinity', 'outside its node selector or affinity'],
  ['NodeResourcesFit', 'without enough free resources'],
  ['NodePorts', 'without the free port'],
  ['VolumeBinding', 'out of reach of its volume'],
  ['PodTopologySpread', 'excluded by topology spread'],
  ['InterPodAffinity', 'excluded by pod affinity'],
]);

/** What keeps a pod from the nodes other than the given ones, in words: `10 outside its node selector or affinity`. */
export function otherNodes(replay: SchedulingReplay, but: ReadonlySet<string>): string {
  const counts = new Map<string, number>();
  for (const { node, rejections } of replay.nodes) {
    const own = rejections.find((rejection) => stateReason(rejection) === undefined);
    const plugin = (own ?? rejections[0])?.plugin;
    if (but.has(node.name) || plugin === undefined) continue;
    counts.set(plugin, (counts.get(plugin) ?? 0) + 1);
  }
  return listed([...counts].map(([plugin, count]) => `${count} ${PLUGIN_WORDS.get(plugin) ?? `refused by ${plugin}`}`));
}
