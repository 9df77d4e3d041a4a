import { eventTime, memoize, podRequests, podState, timeOf, topOwner, type SchedulingReplay } from '@kroot/graph';
import { compareRefs, ref, refKey, sameRef, type Event, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { parsePreempted, type Preempted } from '../messages/preempted.ts';
import { ownerByName } from './owner-by-name.ts';
import { present } from './present.ts';

/** A pod that the scheduler removed to make room for another one of higher priority. */
export interface Preemption {
  readonly event: Event;
  /** The pod that was removed; a pod of the same name may have come in its place. */
  readonly victim: ResourceRef;
  /** The pod that got the room. */
  readonly preemptor: Pod;
  /** Its top owner. */
  readonly winner: ResourceRef;
  /** The workload that lost the pod. */
  readonly loser: ResourceRef;
  readonly node: string;
}

/** Preemptions whose winner is still there, by the workload that lost a pod, newest first. */
const byLoser: (snapshot: Snapshot) => ReadonlyMap<string, readonly Preemption[]> = memoize((snapshot) => {
  const losers = new Map<string, Preemption[]>();
  for (const event of snapshot.list('Event')) {
    const told = event.reason === 'Preempted' ? parsePreempted(event.message ?? '') : undefined;
    const { namespace, name } = event.involvedObject;
    const preemptor = told === undefined ? undefined : podNamed(snapshot, told);
    if (told === undefined || preemptor === undefined || name === undefined) continue;
    const victim = ref('Pod', namespace, name);
    const loser = ownerByName(snapshot, victim);
    const winner = topOwner(snapshot, preemptor);
    if (loser === undefined || sameRef(loser, winner)) continue;
    const preemption = { event, victim, preemptor, winner, loser, node: told.node };
    const known = losers.get(refKey(loser));
    if (known === undefined) losers.set(refKey(loser), [preemption]);
    else known.push(preemption);
  }
  for (const list of losers.values()) list.sort(newestFirst);
  return losers;
});

function newestFirst(a: Preemption, b: Preemption): number {
  const byTime = (timeOf(eventTime(b.event)) ?? 0) - (timeOf(eventTime(a.event)) ?? 0);
  return byTime || compareRefs(a.victim, b.victim);
}

function podNamed(snapshot: Snapshot, { uid, namespace, name }: Preempted): Pod | undefined {
  const found = uid === undefined ? undefined : snapshot.byUid(uid)?.metadata;
  const named = present(snapshot, 'Pod', found?.namespace ?? namespace, found?.name ?? name ?? '');
  if (named === undefined || (uid !== undefined && named.metadata.uid !== uid)) return undefined;
  const { stage } = podState(snapshot, named);
  return stage === 'completed' || stage === 'failed' || stage === 'terminating' ? undefined : named;
}

/** The preemptions without which a node would have the room that the pod lacks now, newest first. */
export function preemptionsBehind(
  snapshot: Snapshot,
  owner: ResourceRef,
  replay: SchedulingReplay,
): readonly Preemption[] {
  if (replay.feasible.length > 0) return [];
  const known = byLoser(snapshot).get(refKey(owner)) ?? [];
  return known.filter(({ preemptor, node }) => {
    const requests = podRequests(preemptor.spec);
    const rejections = replay.nodes.find((replayed) => replayed.node.name === node)?.rejections ?? [];
    return (
      rejections.length > 0 &&
      rejections.every(
        (rejection) =>
          rejection.plugin === 'NodeResourcesFit' &&
          rejection.requested <= rejection.free + (requests.get(rejection.resource) ?? 0n),
      )
    );
  });
}

/** All preemptions whose winner is still there. */
export function allPreemptions(snapshot: Snapshot): readonly Preemption[] {
  return [...byLoser(snapshot).values()].flat();
}
