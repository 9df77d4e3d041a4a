import {
  ref,
  refKey,
  type Condition,
  type Event,
  type Mechanism,
  type Pod,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { eventTime, eventsOf, timeOf } from '../events.ts';
import { memoize } from '../memo.ts';
import { refOf } from '../refs.ts';
import { containerStates, type ContainerState } from './container-state.ts';
import { ATTACH_GRACE, readinessBudget, STAGE_GRACE } from './grace.ts';
import { mechanismOf, type Stage } from './stage.ts';
import { isStandby } from './standby.ts';

/** How far a pod has got and what stops it there. */
export interface PodState {
  readonly pod: Pod;
  readonly ref: ResourceRef;
  readonly stage: Stage;
  /** What blocks the pod now; absent where nothing does. */
  readonly mechanism?: Mechanism;
  /** All containers but ephemeral ones, in start order. */
  readonly containers: readonly ContainerState[];
  /** The container that blocks the pod, if one does. */
  readonly culprit?: ContainerState;
  /** The pod should have got further by now: outside grace windows, not finished, not being deleted. */
  readonly blocked: boolean;
  /** Milliseconds since the epoch: since when it stands at this stage, as far as the objects show. */
  readonly since?: number;
  /** The event that shows the stage, for volumes and sandbox. */
  readonly event?: Event;
}

const states = memoize(() => new Map<string, PodState>());

/** The state of a pod; computed once per snapshot. */
export function podState(snapshot: Snapshot, pod: Pod): PodState {
  const known = states(snapshot);
  const key = refKey(refOf(pod));
  const have = known.get(key);
  if (have !== undefined) return have;
  const made = compute(snapshot, pod);
  known.set(key, made);
  return made;
}

interface Judged {
  readonly stage: Stage;
  readonly culprit?: ContainerState;
  readonly since?: number | undefined;
  readonly event?: Event;
}

function compute(snapshot: Snapshot, pod: Pod): PodState {
  const now = snapshot.now.getTime();
  const containers = containerStates(pod, now);
  const judged =
    wholePod(snapshot, pod) ??
    beforeContainers(snapshot, pod, containers) ??
    marked(snapshot, pod, byContainers(pod, containers));
  const since = judged.since ?? timeOf(pod.metadata.creationTimestamp);
  const mechanism = mechanismOf(judged.stage);
  return {
    pod,
    ref: refOf(pod),
    stage: judged.stage,
    containers,
    ...(mechanism === undefined ? {} : { mechanism }),
    ...(judged.culprit === undefined ? {} : { culprit: judged.culprit }),
    ...(since === undefined ? {} : { since: judged.stage === 'readiness' ? lostReadiness(pod, since) : since }),
    ...(judged.event === undefined ? {} : { event: judged.event }),
    blocked: isBlocked(judged, since, now) && !(judged.stage === 'readiness' && isStandby(snapshot, pod)),
  };
}

/** A container that was ready before has been unready since the pod lost its condition, not since it was started. */
function lostReadiness(pod: Pod, started: number): number {
  const ready = conditionOf(pod.status?.conditions, 'ContainersReady');
  const lost = ready?.status === 'False' ? timeOf(ready.lastTransitionTime) : undefined;
  return Math.max(started, lost ?? started);
}

const NEVER_BLOCKED: ReadonlySet<Stage> = new Set(['ready', 'completed', 'failed', 'terminating', 'unknown']);

function isBlocked({ stage, culprit, event }: Judged, since: number | undefined, now: number): boolean {
  if (NEVER_BLOCKED.has(stage)) return false;
  if (since === undefined) return true;
  return now - since >= (graceOf(stage, culprit, event) ?? 0);
}

function graceOf(stage: Stage, culprit: ContainerState | undefined, event: Event | undefined): number | undefined {
  if (stage === 'readiness' || stage === 'startup') return readinessBudget(culprit?.container);
  return event?.reason === 'FailedAttachVolume' ? ATTACH_GRACE : STAGE_GRACE[stage];
}

/** A condition of a pod, node or other object by its type. */
export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

function wholePod(snapshot: Snapshot, pod: Pod): Judged | undefined {
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded') return { stage: 'completed' };
  if (pod.metadata.deletionTimestamp !== undefined) {
    return { stage: 'terminating', since: timeOf(pod.metadata.deletionTimestamp) };
  }
  if (phase === 'Failed') return { stage: 'failed', since: endOf(pod) };
  // Every pod of a cluster has a phase: this one is a manifest, or a capture without statuses.
  if (phase === undefined) return { stage: 'unknown' };
  const { nodeName } = pod.spec;
  if (nodeName === undefined || nodeName === '') return unscheduled(pod);
  return lostNode(snapshot, nodeName);
}

function endOf(pod: Pod): number | undefined {
  const times = (pod.status?.containerStatuses ?? [])
    .map((status) => timeOf(status.state?.terminated?.finishedAt))
    .filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

function unscheduled(pod: Pod): Judged {
  const condition = conditionOf(pod.status?.conditions, 'PodScheduled');
  const gated = condition?.reason === 'SchedulingGated' || (pod.spec.schedulingGates ?? []).length > 0;
  return {
    stage: gated ? 'gated' : 'unscheduled',
    since: timeOf(condition?.lastTransitionTime) ?? timeOf(pod.metadata.creationTimestamp),
  };
}

/** On a node that no longer reports, whatever the pod's containers say is stale. */
function lostNode(snapshot: Snapshot, nodeName: string): Judged | undefined {
  const node = snapshot.lookup(ref('Node', undefined, nodeName));
  if (node.state === 'absent') return { stage: 'node-lost' };
  if (node.state === 'unknown') return undefined;
  const ready = conditionOf(node.object.status?.conditions, 'Ready');
  return ready?.status === 'Unknown' ? { stage: 'node-lost', since: timeOf(ready.lastTransitionTime) } : undefined;
}

/**
 * A node that reports itself not ready still reports its containers; but pods whose containers all run are marked not ready
 * by the node controller: they share the node's fate.
 */
function marked(snapshot: Snapshot, pod: Pod, judged: Judged): Judged {
  const node = snapshot.lookup(ref('Node', undefined, pod.spec.nodeName ?? ''));
  if (judged.stage !== 'ready' || node.state !== 'present') return judged;
  const ready = conditionOf(node.object.status?.conditions, 'Ready');
  if (ready?.status !== 'False' || conditionOf(pod.status?.conditions, 'Ready')?.status !== 'False') return judged;
  return { stage: 'node-lost', since: timeOf(ready.lastTransitionTime) };
}

const VOLUME_EVENTS: ReadonlySet<string> = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);
const SANDBOX_EVENTS: ReadonlySet<string> = new Set(['FailedCreatePodSandBox']);
/** Events that prove that volumes and sandbox are done. */
const LATER_EVENTS: ReadonlySet<string> = new Set(['Pulling', 'Pulled', 'Created', 'Started', 'BackOff', 'Failed']);

/** Before any container has been tried only events tell volumes and sandbox apart: the newest one decides. */
function beforeContainers(snapshot: Snapshot, pod: Pod, containers: readonly ContainerState[]): Judged | undefined {
  const tried = containers.some((state) => state.stage !== 'unknown');
  if (tried) return undefined;
  const reported = containers.some(({ status }) => status !== undefined);
  // A pod that runs is past volumes and sandbox, even in a capture that leaves its container statuses out.
  if (!reported && pod.status?.phase === 'Running') return { stage: 'unknown' };
  const created = timeOf(pod.metadata.creationTimestamp) ?? 0;
  for (const event of eventsOf(snapshot, pod)) {
    const { reason = '' } = event;
    const time = timeOf(eventTime(event));
    if (time !== undefined && time < created) continue;
    // Without any container status (a capture that lacks it) the start of a container tells nothing about now.
    if (LATER_EVENTS.has(reason)) return reported ? { stage: 'starting', since: time, event } : { stage: 'unknown' };
    if (VOLUME_EVENTS.has(reason)) return { stage: 'volumes', since: startOfPod(pod), event };
    if (SANDBOX_EVENTS.has(reason)) return { stage: 'sandbox', since: startOfPod(pod), event };
  }
  return reported ? undefined : { stage: 'unknown' };
}

function startOfPod(pod: Pod): number | undefined {
  return (
    timeOf(conditionOf(pod.status?.conditions, 'PodScheduled')?.lastTransitionTime) ?? timeOf(pod.status?.startTime)
  );
}

/** The first container, in start order, that holds the pod up; among app containers a definite failure before a mere wait. */
function byContainers(pod: Pod, containers: readonly ContainerState[]): Judged {
  const before = containers.find(
    ({ role, stage, status }) =>
      (role === 'init' && stage !== 'completed') ||
      (role === 'sidecar' && stage !== 'ready' && stage !== 'readiness' && status?.started !== true),
  );
  if (before !== undefined) return judge(before);
  const apps = containers.filter(({ role }) => role === 'app' || role === 'sidecar');
  const failing = apps.filter(({ stage }) => stage !== 'ready' && stage !== 'completed');
  const worst =
    failing.find(({ stage }) => stage !== 'unknown' && stage !== 'readiness' && stage !== 'startup') ??
    failing.find(({ stage }) => stage !== 'unknown') ??
    failing[0];
  if (worst !== undefined) return judge(worst);
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  if (ready?.status === 'False' && ready.reason === 'ReadinessGatesNotReady') {
    return { stage: 'gates', since: timeOf(ready.lastTransitionTime) };
  }
  return { stage: 'ready' };
}

function judge(state: ContainerState): Judged {
  return { stage: state.stage === 'unknown' ? 'starting' : state.stage, culprit: state, since: state.since };
}
