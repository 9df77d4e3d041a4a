import { eventsOf, eventTime, memoize, timeOf } from '@kroot/graph';
import { compareRefs, refKey, type Because, type Event, type ResourceRef, type Snapshot } from '@kroot/types';
import { nominatedClaim, readKarpenterRefusal, readNoScaleUp } from '../messages/scale-up.ts';
import { ownersByPods } from './pods-in-words.ts';
import { type SchedulingRule } from './rule-of-rejection.ts';
import { stuckNodeClaims } from './node-claims.ts';
import { unschedulablePods, type UnschedulablePod } from './unschedulable.ts';

/** The rules on autoscalers that do not bring the node that pods wait for. */
export type ScaleUpRule =
  | 'autoscaler-no-scale-up'
  | 'autoscaler-scale-up-failed'
  | 'karpenter-insufficient-capacity'
  | 'karpenter-no-compatible'
  | 'karpenter-nodeclaim-stuck';

/** Pods that would be placed if their autoscaler brought a node, and why it does not. */
export interface ScaleUpFault {
  readonly rule: ScaleUpRule;
  readonly subject: ResourceRef;
  readonly pods: readonly [UnschedulablePod, ...UnschedulablePod[]];
  /** What the autoscaler last said. */
  readonly event?: Event;
}

/** What more nodes would help against. */
const SHORTAGES: ReadonlySet<SchedulingRule> = new Set<SchedulingRule>([
  'sched-insufficient-cpu',
  'sched-insufficient-ephemeral',
  'sched-insufficient-extended',
  'sched-insufficient-memory',
  'sched-no-nodes',
  'sched-too-many-pods',
]);
const RECENT = 1_800_000;
const FAILURES: ReadonlySet<string> = new Set([
  'FailedScaleUp',
  'FailedToScaleUpGroup',
  'ScaleUpFailed',
  'ScaleUpTimedOut',
]);
const KARPENTER = 'karpenter.sh';

type Verdict = Omit<ScaleUpFault, 'pods'>;

/** Every pod that waits for an autoscaler in vain, by what is at fault; in order of subject. */
export const scaleUpFaults: (snapshot: Snapshot) => readonly ScaleUpFault[] = memoize((snapshot) => {
  const found = new Map<string, { verdict: Verdict; pods: [UnschedulablePod, ...UnschedulablePod[]] }>();
  for (const pod of unschedulablePods(snapshot)) {
    const verdict = pod.rule !== undefined && SHORTAGES.has(pod.rule) ? verdictOn(snapshot, pod) : undefined;
    if (verdict === undefined) continue;
    const key = `${verdict.rule}\n${refKey(verdict.subject)}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { verdict, pods: [pod] });
    else known.pods.push(pod);
  }
  return [...found.values()]
    .map(({ verdict, pods }) => ({ ...verdict, pods }))
    .toSorted((a, b) => compareRefs(a.subject, b.subject));
});

/** What the autoscaler last said about the pod decides; where it said nothing, what it said about its groups. */
function verdictOn(snapshot: Snapshot, pod: UnschedulablePod): Verdict | undefined {
  for (const event of eventsOf(snapshot, pod.state.pod)) {
    if (!isRecent(snapshot, event)) break;
    const { reason = '', message = '' } = event;
    if (reason === 'TriggeredScaleUp') return failedSince(snapshot, pod, event);
    if (reason === 'NotTriggerScaleUp') return refused(snapshot, pod, event);
    if (FAILURES.has(reason)) return blameScaler(snapshot, pod, { rule: 'autoscaler-scale-up-failed', event });
    const claim = reason === 'Nominated' ? nominatedClaim(message) : undefined;
    if (claim !== undefined) return claimVerdict(snapshot, claim);
    if (reason === 'FailedScheduling' && isKarpenter(event)) return karpenterRefused(snapshot, event);
  }
  return failedSince(snapshot, pod, undefined);
}

function isRecent(snapshot: Snapshot, event: Event): boolean {
  const time = timeOf(eventTime(event));
  return time === undefined || snapshot.now.getTime() - time < RECENT;
}

function isKarpenter({ source, reportingComponent }: Event): boolean {
  return source?.component === 'karpenter' || reportingComponent === 'karpenter';
}

/** A pod that is larger than every node of its kind would not fit on another one of these either. */
function isTooLarge({ reason, replay }: UnschedulablePod): boolean {
  const rejection = reason?.rejection;
  if (rejection?.plugin !== 'NodeResourcesFit') return false;
  const { resource, requested } = rejection;
  return replay.nodes.every(({ rejections }) =>
    rejections.some(
      (one) => one.plugin === 'NodeResourcesFit' && one.resource === resource && one.allocatable < requested,
    ),
  );
}

function refused(snapshot: Snapshot, pod: UnschedulablePod, event: Event): Verdict | undefined {
  const why = readNoScaleUp(event.message ?? '');
  if (why === undefined || why === 'no-fit' || isTooLarge(pod)) return undefined;
  const rule = why === 'backoff' ? 'autoscaler-scale-up-failed' : 'autoscaler-no-scale-up';
  const [failure] = why === 'backoff' ? groupFailures(snapshot) : [];
  return blameScaler(snapshot, pod, { rule, event: failure ?? event });
}

/** A failure of a node group after the autoscaler set out to help; without one it may still be at work. */
function failedSince(snapshot: Snapshot, pod: UnschedulablePod, start: Event | undefined): Verdict | undefined {
  const [failure] = groupFailures(snapshot);
  if (failure === undefined || isTooLarge(pod)) return undefined;
  if (timeIn(failure) < timeIn(start)) return undefined;
  return blameScaler(snapshot, pod, { rule: 'autoscaler-scale-up-failed', event: failure });
}

/** The newest failure of a node group, unless a group has grown since. */
const groupFailures: (snapshot: Snapshot) => readonly Event[] = memoize((snapshot) => {
  const events = snapshot
    .list('Event')
    .filter(({ involvedObject: { kind } }) => kind === 'ConfigMap' || kind === 'Node')
    .filter((event) => isRecent(snapshot, event));
  const failed = newest(events.filter(({ reason = '' }) => FAILURES.has(reason)));
  const grown = newest(events.filter(({ reason }) => reason === 'ScaledUpGroup'));
  // That a group is to grow is told the same way, in the second before it fails.
  return failed === undefined || timeIn(grown) > timeIn(failed) + 1000 ? [] : [failed];
});

function timeIn(event: Event | undefined): number {
  return event === undefined ? 0 : (timeOf(eventTime(event)) ?? 0);
}

function newest(events: readonly Event[]): Event | undefined {
  return events.toSorted((a, b) => timeIn(b) - timeIn(a))[0];
}

/** Node groups are no objects of the cluster: the workload that waits with most pods stands for all. */
function blameScaler(
  snapshot: Snapshot,
  pod: UnschedulablePod,
  { rule, event }: { readonly rule: ScaleUpRule; readonly event: Event },
): Verdict {
  const waiting = unschedulablePods(snapshot).filter((other) => other.rule !== undefined && SHORTAGES.has(other.rule));
  return { rule, subject: ownersByPods(waiting)[0] ?? pod.owner, event };
}

function karpenterRefused(snapshot: Snapshot, event: Event): Verdict | undefined {
  const refusal = readKarpenterRefusal(event.message ?? '');
  const [pool] = refusal?.pools ?? [];
  if (refusal === undefined || refusal.lacks === 'neither' || pool === undefined) return undefined;
  const short = capacityShortage(snapshot, pool);
  const subject = nodePool(pool);
  return short === undefined
    ? { rule: 'karpenter-no-compatible', subject, event }
    : { rule: 'karpenter-insufficient-capacity', subject, event: short };
}

/** NodeClaims are named after their pool and five random characters. */
function poolOf(claim: string): string {
  return claim.replace(/-[a-z0-9]{5}$/, '');
}

function nodePool(name: string): ResourceRef {
  return { group: KARPENTER, kind: 'NodePool', name };
}

/** A cloud that has no such machine left shows on NodeClaims that are gone again, named after their pool. */
function capacityShortage(snapshot: Snapshot, pool: string): Event | undefined {
  return snapshot
    .list('Event')
    .filter(
      ({ reason, involvedObject }) => reason === 'InsufficientCapacityError' && involvedObject.kind === 'NodeClaim',
    )
    .filter(({ involvedObject: { name = '' } }) => name.replace(/-[a-z0-9]{5}$/, '') === pool)
    .filter((event) => isRecent(snapshot, event))
    .toSorted((a, b) => (timeOf(eventTime(b)) ?? 0) - (timeOf(eventTime(a)) ?? 0))[0];
}

/** The NodeClaim for the pod: the cloud had none, or it does not become a node. */
function claimVerdict(snapshot: Snapshot, name: string): Verdict | undefined {
  const stuck = stuckNodeClaims(snapshot).find(({ ref: target }) => target.name === name);
  if (stuck !== undefined) return { rule: 'karpenter-nodeclaim-stuck', subject: stuck.ref };
  const short = capacityShortage(snapshot, poolOf(name));
  return short === undefined
    ? undefined
    : { rule: 'karpenter-insufficient-capacity', subject: nodePool(poolOf(name)), event: short };
}

/** The autoscaler that does not help any of these pods, as what a shortage of theirs comes from. */
export function scaleUpCause(snapshot: Snapshot, pods: readonly UnschedulablePod[]): readonly Because[] {
  const keys = new Set(pods.map(({ state }) => refKey(state.ref)));
  return scaleUpFaults(snapshot)
    .filter((fault) => fault.pods.some(({ state }) => keys.has(refKey(state.ref))))
    .map(({ subject }) => ({ ref: subject, mechanism: 'scaling' }));
}
