import { type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { withChanges } from './applied-change.ts';
import { costOf } from './change-cost.ts';
import { type NodeAffinityRejection, type Rejection, type SchedulingReplay } from './rejection.ts';
import { replayScheduling } from './replay.ts';
import { changesFor, type SchedulingChange } from './scheduling-change.ts';

/** Changes that make a pod fit on a node; all of them are needed. */
export interface FittingChange {
  readonly node: ResourceRef;
  readonly changes: readonly SchedulingChange[];
  /** Comparable with the cost of other changes only. */
  readonly cost: number;
}

interface Option {
  readonly changes: readonly SchedulingChange[];
  readonly cost: number;
}

const ADD_NODE = 4.5;

/**
 * The cheapest set of changes that clears everything that keeps the pod from a node: for each obstacle the cheapest way,
 * or one node more of the same kind where only what others hold is in the way.
 */
export function changeFor(
  node: ResourceRef,
  rejections: readonly Rejection[],
  replay: SchedulingReplay,
): FittingChange {
  const kept = rejections.filter((rejection) => !isTakenByOthers(rejection));
  const singly = cheapestOfEach(rejections, replay);
  if (kept.length === rejections.length) return { node, ...singly };
  const onNewNode = cheapestOfEach(kept, replay);
  const cost = onNewNode.cost + ADD_NODE;
  if (singly.cost <= cost) return { node, ...singly };
  return { node, changes: [...onNewNode.changes, { kind: 'add-node' }], cost };
}

/** What other pods have taken: an empty node of the same kind has it all. */
function isTakenByOthers(rejection: Rejection): boolean {
  if (rejection.plugin === 'NodeResourcesFit') return rejection.requested <= rejection.allocatable;
  if (rejection.plugin === 'InterPodAffinity') {
    return rejection.kind !== 'affinity' && rejection.term.topologyKey === 'kubernetes.io/hostname';
  }
  return rejection.plugin === 'NodePorts' || rejection.plugin === 'NodeVolumeLimits';
}

function cheapestOfEach(rejections: readonly Rejection[], replay: SchedulingReplay): Option {
  const changes: SchedulingChange[] = [];
  let cost = 0;
  for (const rejection of rejections) {
    const [first, ...others] = optionsFor(rejection, replay);
    if (first === undefined) continue;
    const best = others.reduce((least, option) => (option.cost < least.cost ? option : least), first);
    changes.push(...best.changes);
    cost += best.cost;
  }
  return { changes, cost };
}

/** The ways to clear an obstacle: on the side of the node and on that of the pod. */
function optionsFor(rejection: Rejection, replay: SchedulingReplay): readonly Option[] {
  const usual = { changes: changesFor(rejection), cost: costOf(rejection) };
  if (rejection.plugin === 'NodeAffinity') return affinityOptions(rejection, usual, replay);
  if (rejection.plugin !== 'InterPodAffinity' || rejection.kind !== 'anti-affinity') return [usual];
  const { topologyKey } = rejection.term;
  return [{ changes: [{ kind: 'prefer-anti-affinity', topologyKey }], cost: usual.cost }];
}

/** A selector that other nodes fulfil is meant: neither it nor the label of this node is what is wrong. */
const MEANT = 6;
const DROPPED = 2;

function affinityOptions(rejection: NodeAffinityRejection, usual: Option, replay: SchedulingReplay): readonly Option[] {
  const more = isFulfilledElsewhere(rejection, replay) ? MEANT : 0;
  const dropped: SchedulingChange =
    rejection.kind === 'nodeSelector'
      ? { kind: 'drop-selector', key: rejection.key, wanted: rejection.wanted }
      : { kind: 'drop-affinity' };
  // Where no label can do it, to drop the wish is as hard as to change it.
  if (usual.changes.some(({ kind }) => kind === 'change-affinity')) {
    return [{ changes: [dropped], cost: usual.cost + more }];
  }
  return [
    { ...usual, cost: usual.cost + more },
    { changes: [dropped], cost: DROPPED + more },
  ];
}

function isFulfilledElsewhere(rejection: NodeAffinityRejection, { nodes }: SchedulingReplay): boolean {
  return nodes.some(
    ({ rejections }) =>
      !rejections.some(
        (other) =>
          other.plugin === 'NodeAffinity' &&
          other.kind === rejection.kind &&
          (other.kind !== 'nodeSelector' || rejection.kind !== 'nodeSelector' || other.key === rejection.key),
      ),
  );
}

/** How many changes are tried on the replay before none is called proven. */
const MAX_TRIED = 4;

/** Of candidates, cheapest first, the first that the replay proves; without one the first that it cannot try; undefined when all tried fail. */
export function smallestChange(
  snapshot: Snapshot,
  pod: Pod,
  candidates: readonly FittingChange[],
): { readonly change: FittingChange; readonly verified: boolean } | undefined {
  let untried: FittingChange | undefined;
  for (const change of candidates.slice(0, MAX_TRIED)) {
    const fits = wouldFit(snapshot, pod, change);
    if (fits === true) return { change, verified: true };
    if (fits === undefined) untried ??= change;
  }
  return untried === undefined ? undefined : { change: untried, verified: false };
}

/** Whether the scheduler would place the pod after a change; undefined for changes that cannot be played through. */
function wouldFit(snapshot: Snapshot, pod: Pod, { node, changes }: FittingChange): boolean | undefined {
  const changed = withChanges(snapshot, pod, { node: node.name, changes });
  if (changed === undefined) return undefined;
  return replayScheduling(changed.snapshot, changed.pod).feasible.some(({ name }) => name === changed.node);
}
