import {
  type Placement,
  type PlacementChange,
  type PlacementClass,
  type Pod,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { isControlPlane } from '../control-plane.ts';
import { refOf } from '../refs.ts';
import { decidingNodes, obstacleKey } from './blocking-reasons.ts';
import { changeWords } from './change-words.ts';
import { CONTROL_PLANE, costOf } from './change-cost.ts';
import { nodesByName } from './context.ts';
import { rejectionWords } from './rejection-words.ts';
import { type NodeReplay, type Rejection, type SchedulingReplay } from './rejection.ts';
import { replayScheduling } from './replay.ts';
import { roomHolders } from './room-holders.ts';
import { changesFor } from './scheduling-change.ts';
import { changeFor, smallestChange, type FittingChange } from './smallest-change.ts';

interface Class {
  readonly nodes: ResourceRef[];
  /** The node that lacks least. */
  nearest: NodeReplay;
  cost: number;
}

/**
 * Why a pod is on no node: replays the scheduler, folds nodes that refuse for the same reasons, says for each what would
 * make the pod fit, names the smallest change (played through on the replay where that can be done) and who holds the room.
 * Undefined when a node would take the pod now, and without nodes.
 */
export function explainPlacement(snapshot: Snapshot, pod: Pod): Placement | undefined {
  const replay = replayScheduling(snapshot, pod);
  if (replay.nodes.length === 0 || replay.feasible.length > 0) return undefined;
  const classes = foldNodes(replay.nodes).map(({ nodes, nearest }) => {
    const fitting = changeFor(nearest.node, nearest.rejections, replay);
    return { nodes, nearest, fitting, cost: fitting.cost + (isClosed(snapshot, nearest.node) ? CONTROL_PLANE : 0) };
  });
  const sorted = classes.toSorted((a, b) => a.cost - b.cost || b.nodes.length - a.nodes.length);
  const deciding = new Set(decidingNodes(replay.nodes));
  const found = smallest(
    snapshot,
    pod,
    replay,
    sorted.map(({ fitting }) => fitting),
  );
  return {
    pod: refOf(pod),
    everywhere: replay.everywhere.map((rejection) => reasonOf(rejection)),
    classes: sorted.map((entry) => toClass(entry, found)),
    ...(found === undefined ? {} : { smallest: toChange(found.change, found.verified) }),
    holders: roomHolders(
      snapshot,
      pod,
      replay.nodes.filter((node) => deciding.has(node)),
    ),
    complete: replay.complete,
  };
}

interface Found {
  readonly change: FittingChange;
  readonly verified: boolean;
}

/** What keeps the pod from every node has to go as well; that cannot be played through. */
function smallest(
  snapshot: Snapshot,
  pod: Pod,
  { everywhere }: SchedulingReplay,
  candidates: readonly FittingChange[],
): Found | undefined {
  const [nearest] = candidates;
  if (everywhere.length === 0) return smallestChange(snapshot, pod, candidates);
  if (nearest === undefined) return undefined;
  const changes = everywhere.flatMap((rejection) => changesFor(rejection));
  return { change: { ...nearest, changes: [...changes, ...nearest.changes] }, verified: false };
}

/** Nodes of the control plane do not take workloads, whether a taint or a cordon says so, while there are others. */
function isClosed(snapshot: Snapshot, node: ResourceRef): boolean {
  const own = nodesByName(snapshot).get(node.name);
  return own !== undefined && isControlPlane(own) && snapshot.list('Node').some((other) => !isControlPlane(other));
}

function toClass(
  {
    nodes,
    nearest,
    fitting,
  }: { readonly nodes: readonly ResourceRef[]; readonly nearest: NodeReplay; readonly fitting: FittingChange },
  found: Found | undefined,
): PlacementClass {
  const isSmallest = found?.change === fitting && found.verified;
  return {
    nodes,
    reasons: nearest.rejections.map((rejection) => reasonOf(rejection)),
    ...(fitting.changes.length === 0 ? {} : { change: toChange(fitting, isSmallest) }),
  };
}

function toChange({ node, changes }: FittingChange, verified: boolean): PlacementChange {
  return { node, steps: [...new Set(changes.map((change) => changeWords(change)))], verified };
}

function reasonOf(rejection: Rejection): { readonly predicate: string; readonly text: string } {
  return { predicate: rejection.plugin, text: rejectionWords(rejection) };
}

/** Nodes with the same obstacles; what differs are amounts and who holds them, and the nearest node stands for all. */
function foldNodes(nodes: readonly NodeReplay[]): readonly Class[] {
  const classes = new Map<string, Class>();
  for (const replayed of nodes) {
    const key = replayed.rejections.map((rejection) => obstacleKey(rejection)).join('\n');
    const cost = replayed.rejections.reduce((sum, rejection) => sum + costOf(rejection), 0);
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { nodes: [replayed.node], nearest: replayed, cost });
    else {
      known.nodes.push(replayed.node);
      if (cost < known.cost) Object.assign(known, { nearest: replayed, cost });
    }
  }
  return [...classes.values()];
}
