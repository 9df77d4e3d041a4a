import {
  blockingReasons,
  conditionOf,
  eventsOf,
  isControlPlaneTaint,
  memoize,
  parseFailedScheduling,
  podState,
  replayScheduling,
  topOwner,
  type BlockingReason,
  type PodState,
  type SchedulingReason,
  type SchedulingReplay,
} from '@kroot/graph';
import { compareRefs, refKey, type Evidence, type PodSpec, type ResourceRef, type Snapshot } from '@kroot/types';
import { decidingReplay, isNodeState, type DecidingReplay } from './deciding-replay.ts';
import { fromCondition, fromEvent } from './evidence.ts';
import { nearestWords } from './nearest-words.ts';
import { preemptionsBehind, type Preemption } from './preemptions.ts';
import { ruleOfRejection, ruleOfWords, type SchedulingRule } from './rule-of-rejection.ts';
import { isBindError } from '../messages/bind-error.ts';
import { isSuperseded } from './superseded-pods.ts';
import { podSpecField } from './template.ts';
import {
  DEFAULT_SCHEDULER,
  hasDealtWithOthers,
  isHeld,
  isKnownScheduler,
  isUnseen,
  schedulerLease,
  schedulerOf,
} from './unseen-pods.ts';

/** A pod that no node takes and what the scheduler and its replay say about it. */
export interface UnschedulablePod {
  readonly state: PodState;
  readonly owner: ResourceRef;
  /** The pod spec where a user edits it: what admission adds to pods is not there. */
  readonly template?: PodSpec;
  /** Without nodes that are closed to workloads by design. */
  readonly replay: SchedulingReplay;
  /** The obstacle that decides; absent when only the scheduler's words tell. */
  readonly reason?: BlockingReason;
  /** Further obstacles that matter. */
  readonly others: readonly BlockingReason[];
  /** The scheduler's own reason, where the replay has none. */
  readonly said?: SchedulingReason;
  /** The pods that took the room, newest first. */
  readonly preemptions: readonly Preemption[];
  /** Undefined when the node, a claim or nothing known is at fault: rules of other themes. */
  readonly rule?: SchedulingRule;
  readonly evidence: readonly Evidence[];
  /** Full sentences on what does not decide, but matters. */
  readonly notes: readonly string[];
}

/** Pods of one workload that the same obstacle keeps from every node. */
export interface UnschedulableGroup {
  readonly snapshot: Snapshot;
  readonly owner: ResourceRef;
  readonly pods: readonly UnschedulablePod[];
  readonly first: UnschedulablePod;
}

const GATED_GRACE = 60_000;

/** Every pod that waits for a node longer than it should, was preempted, or is gated; in order of namespace and name. */
export const unschedulablePods: (snapshot: Snapshot) => readonly UnschedulablePod[] = memoize((snapshot) =>
  snapshot
    .list('Pod')
    .map((pod) => podState(snapshot, pod))
    .flatMap((state) => {
      if (state.stage === 'gated') {
        return waits(snapshot, state) >= GATED_GRACE ? [explain(snapshot, state)] : [];
      }
      if (state.stage !== 'unscheduled' || isSuperseded(snapshot, state)) return [];
      const explained = explain(snapshot, state);
      return state.blocked || explained.rule === 'pod-preempted' ? [explained] : [];
    }),
);

function waits(snapshot: Snapshot, { since }: PodState): number {
  return since === undefined ? Number.POSITIVE_INFINITY : snapshot.now.getTime() - since;
}

/** The pods that a rule claims, folded by workload. */
export function unschedulableGroups(snapshot: Snapshot, rule: SchedulingRule): readonly UnschedulableGroup[] {
  const groups = new Map<string, UnschedulablePod[]>();
  for (const pod of unschedulablePods(snapshot)) {
    if (pod.rule !== rule) continue;
    const key = refKey(pod.owner);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [pod]);
    else known.push(pod);
  }
  return [...groups.values()]
    .flatMap((pods) => (pods[0] === undefined ? [] : [{ snapshot, owner: pods[0].owner, pods, first: pods[0] }]))
    .toSorted((a, b) => compareRefs(a.owner, b.owner));
}

function explain(snapshot: Snapshot, state: PodState): UnschedulablePod {
  const { replay, notes, reasons } = judge(snapshot, state);
  const { evidence, reasons: said, none, bindError } = words(snapshot, state);
  const owner = topOwner(snapshot, state.pod);
  const template = podSpecField(snapshot, owner)?.spec;
  const base = {
    state,
    owner,
    replay,
    evidence,
    notes,
    ...(template === undefined ? {} : { template }),
    preemptions: evidence.length === 0 ? [] : preemptionsBehind(snapshot, owner, replay),
  };
  const [reason, ...others] = reasons;
  const told = reason === undefined ? nearestWords(said) : undefined;
  const rule =
    wholeCluster(snapshot, state, { replay, none, bindError }) ??
    (base.preemptions.length > 0 ? 'pod-preempted' : undefined) ??
    (reason === undefined ? undefined : ruleOfRejection(reason.rejection)) ??
    (told === undefined ? undefined : ruleOfWords(told));
  return {
    ...base,
    others,
    ...(reason === undefined ? {} : { reason }),
    ...(told === undefined ? {} : { said: told }),
    ...(rule === undefined ? {} : { rule }),
  };
}

interface Judgement extends DecidingReplay {
  /** The obstacles that matter, those on most nodes first. */
  readonly reasons: readonly BlockingReason[];
}

const judgements: (snapshot: Snapshot) => WeakMap<SchedulingReplay, Judgement> = memoize(() => new WeakMap());

/** Pods of one template share their replay, and so what follows from it. */
function judge(snapshot: Snapshot, { pod }: PodState): Judgement {
  const replayed = replayScheduling(snapshot, pod);
  const known = judgements(snapshot).get(replayed);
  if (known !== undefined) return known;
  const deciding = decidingReplay(snapshot, replayed);
  const { nodes, feasible, everywhere } = deciding.replay;
  // A node that would take the pod by what is known: then only the scheduler knows better.
  const trusted = everywhere.length > 0 || (nodes.length > 0 && feasible.length === 0);
  // Rules of the node tell a pod that a node would take but for its state; else that state is not what decides.
  const closed = nodes.some(({ rejections }) => rejections.length > 0 && rejections.every((one) => isNodeState(one)));
  const mattering = trusted ? blockingReasons(deciding.replay).filter(({ matters }) => matters) : [];
  const reasons = closed
    ? mattering
    : mattering.toSorted((a, b) => Number(isNodeState(a.rejection)) - Number(isNodeState(b.rejection)));
  const made = { ...deciding, reasons };
  judgements(snapshot).set(replayed, made);
  return made;
}

/** What no node and no change of the pod has to do with: its scheduler does not look, or there are no nodes to look at. */
function wholeCluster(
  snapshot: Snapshot,
  state: PodState,
  { replay, none, bindError }: Pick<Words, 'none' | 'bindError'> & { readonly replay: SchedulingReplay },
): SchedulingRule | undefined {
  if (state.stage === 'gated') return undefined;
  if (bindError) return 'sched-error-bind';
  if (isUnseen(snapshot, state) && !hasDealtWithOthers(snapshot, state)) {
    const scheduler = schedulerOf(state.pod);
    if (scheduler !== DEFAULT_SCHEDULER)
      return isKnownScheduler(snapshot, scheduler) ? undefined : 'unknown-scheduler-name';
    if (replay.feasible.length > 0 && !isHeld(snapshot, schedulerLease(snapshot))) return 'scheduler-down';
  }
  if (replay.everywhere.length > 0) return undefined;
  const proved = snapshot.coverage.state('Node') === 'complete' || none;
  if (replay.nodes.length === 0) return proved ? 'sched-no-nodes' : undefined;
  const onlyControlPlane = replay.nodes.every(({ rejections }) => rejections.some((one) => isControlPlaneTaint(one)));
  return onlyControlPlane ? 'sched-no-nodes' : undefined;
}

interface Words {
  readonly evidence: readonly Evidence[];
  readonly reasons: readonly SchedulingReason[];
  /** There were no nodes to look at. */
  readonly none: boolean;
  /** A node was found and the pod could not be bound to it. */
  readonly bindError: boolean;
}

function words(snapshot: Snapshot, { pod, ref }: PodState): Words {
  const event = eventsOf(snapshot, pod).find(({ reason }) => reason === 'FailedScheduling');
  const condition = conditionOf(pod.status?.conditions, 'PodScheduled');
  const said = condition?.status === 'False' && condition.message !== undefined && condition.message !== '';
  const message = said ? condition.message : event?.message;
  const parsed = message === undefined ? undefined : parseFailedScheduling(message);
  const evidence: readonly Evidence[] = said
    ? [fromCondition(ref, condition)]
    : event === undefined
      ? []
      : [fromEvent(event, ref)];
  const reasons =
    parsed === undefined ? [] : [...(parsed.preFilter === undefined ? [] : [parsed.preFilter]), ...parsed.reasons];
  const bindError = parsed === undefined && isBindError(message ?? '');
  return { evidence, reasons, none: parsed?.total === 0, bindError };
}
