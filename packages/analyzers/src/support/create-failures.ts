import {
  conditionOf,
  controlledBy,
  eventTime,
  eventsOf,
  memoize,
  podState,
  podsOf,
  refOf,
  templateOf,
  timeOf,
  topOwner,
} from '@kroot/graph';
import {
  type Condition,
  type CronJob,
  type DaemonSet,
  type Deployment,
  type Event,
  type Evidence,
  type Job,
  type KubernetesObject,
  type PodTemplateSpec,
  type ReplicaSet,
  type ReplicationController,
  type ResourceRef,
  type Snapshot,
  type StatefulSet,
} from '@kroot/types';
import { createFailure, type CreateFailure } from '../messages/create-failure.ts';
import { fromCondition, fromEvent } from './evidence.ts';

/** A controller that lacks pods (or claims, or Jobs) because creating them is refused. */
export interface RefusedController {
  readonly controller: ResourceRef;
  readonly object: KubernetesObject;
  readonly owner: ResourceRef;
  readonly template?: PodTemplateSpec;
  /** Why, as the newest words say; absent where the words are gone. */
  readonly failure?: CreateFailure;
  /** The newest words that no grammar of ours reads. */
  readonly words?: string;
  readonly evidence: readonly Evidence[];
  /** How many pods it lacks, as far as that is known. */
  readonly lacks: number;
  readonly since?: string;
}

/** The longest back-off of a controller is 1000 s, so an hour-old failure is over or has been repeated. */
const FRESH = 3_600_000;
const JOB_GRACE = 60_000;
/** https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/sync.go (FailedRSCreateReason) */
const RS_CREATE_ERROR = 'ReplicaSetCreateError';

/** Every controller that is refused its pods now, in order of kind, namespace and name. */
export const refusedControllers: (snapshot: Snapshot) => readonly RefusedController[] = memoize((snapshot) =>
  [
    ...snapshot.list('CronJob').map((object) => judge(snapshot, object, cronJobLacks(snapshot, object))),
    ...snapshot.list('DaemonSet').map((object) => judge(snapshot, object, daemonSetLacks(object))),
    ...snapshot.list('Deployment').map((object) => judge(snapshot, object, deploymentLacks(snapshot, object))),
    ...snapshot.list('Job').map((object) => judge(snapshot, object, jobLacks(snapshot, object))),
    ...snapshot.list('ReplicaSet').map((object) => judge(snapshot, object, replicasLack(snapshot, object))),
    ...snapshot.list('ReplicationController').map((object) => judge(snapshot, object, replicasLack(snapshot, object))),
    ...snapshot.list('StatefulSet').map((object) => judge(snapshot, object, statefulSetLacks(snapshot, object))),
  ].filter((found) => found !== undefined),
);

/** A controller and how many pods it lacks and could be creating now; 0 for most. */
export interface ShortController {
  readonly object: KubernetesObject;
  readonly lacks: number;
}

/** The controllers of the kinds that have no condition for refused creations. */
export function shortControllers(snapshot: Snapshot): readonly ShortController[] {
  return [
    ...snapshot.list('DaemonSet').map((object) => ({ object, lacks: daemonSetLacks(object) })),
    ...snapshot.list('Job').map((object) => ({ object, lacks: jobLacks(snapshot, object) })),
    ...snapshot.list('StatefulSet').map((object) => ({ object, lacks: statefulSetLacks(snapshot, object) })),
  ];
}

function judge(snapshot: Snapshot, object: KubernetesObject, lacks: number): RefusedController | undefined {
  if (lacks <= 0 || object.metadata.deletionTimestamp !== undefined) return undefined;
  const condition = replicaFailure(object);
  const events = failedCreates(snapshot, object);
  if (!isFailing(snapshot, object, condition, events)) return undefined;
  const said = newestWords(object, condition, events);
  const template = templateOf(object);
  const since = condition?.lastTransitionTime;
  return {
    controller: refOf(object),
    object,
    owner: topOwner(snapshot, object),
    ...(template === undefined ? {} : { template }),
    ...(said?.failure === undefined ? {} : { failure: said.failure }),
    ...(said?.words === undefined ? {} : { words: said.words }),
    evidence: said?.evidence ?? [],
    lacks,
    ...(since === undefined ? {} : { since }),
  };
}

function conditionsOf(object: KubernetesObject): readonly Condition[] | undefined {
  return statesFailures(object) ? object.status?.conditions : undefined;
}

/** Of the controllers these state refused creations as a condition. */
function statesFailures(object: KubernetesObject): object is ReplicaSet | Deployment {
  return object.kind === 'ReplicaSet' || object.kind === 'ReplicationController' || object.kind === 'Deployment';
}

/** What a controller states about a refused creation: of pods, or of a Deployment's next ReplicaSet. */
function replicaFailure(object: KubernetesObject): Condition | undefined {
  const condition = conditionOf(conditionsOf(object), 'ReplicaFailure');
  if (condition?.status === 'True' && condition.reason !== 'FailedDelete') return condition;
  const progress = conditionOf(conditionsOf(object), 'Progressing');
  return progress?.status === 'False' && progress.reason === RS_CREATE_ERROR ? progress : undefined;
}

/** Events of refused creations, newest first. */
function failedCreates(snapshot: Snapshot, object: KubernetesObject): readonly Event[] {
  const now = snapshot.now.getTime();
  return eventsOf(snapshot, object).filter(
    (event) =>
      (event.reason === 'FailedCreate' || event.reason === RS_CREATE_ERROR) &&
      now - (timeOf(eventTime(event)) ?? now) < FRESH,
  );
}

/** ReplicaSets state it by a condition that goes when a creation succeeds; of the others only events tell. */
function isFailing(
  snapshot: Snapshot,
  object: KubernetesObject,
  condition: Condition | undefined,
  failed: readonly Event[],
): boolean {
  if (condition !== undefined) return true;
  const [newest] = failed;
  if (newest === undefined || (statesFailures(object) && (conditionsOf(object) ?? []).length > 0)) return false;
  const created = eventsOf(snapshot, object).find(({ reason }) => reason === 'SuccessfulCreate');
  const failedAt = timeOf(eventTime(newest)) ?? 0;
  return created === undefined || failedAt >= (timeOf(eventTime(created)) ?? 0);
}

interface Words {
  readonly failure?: CreateFailure;
  readonly words?: string;
  readonly evidence: readonly Evidence[];
}

function newestWords(
  object: KubernetesObject,
  condition: Condition | undefined,
  events: readonly Event[],
): Words | undefined {
  const target = refOf(object);
  const stated = createFailure(condition?.message);
  const told = events
    .map((event) => ({ event, failure: createFailure(event.message) }))
    .find(({ failure }) => failure !== undefined);
  const same = condition === undefined ? [] : [fromCondition(target, condition)];
  if (stated !== undefined) {
    return { failure: stated, evidence: [...same, ...(told === undefined ? [] : [fromEvent(told.event, target)])] };
  }
  if (told?.failure !== undefined) return { failure: told.failure, evidence: [fromEvent(told.event, target), ...same] };
  const [newest] = events;
  const words = [condition?.message, newest?.message].find((text) => text !== undefined && text !== '');
  const evidence = newest === undefined ? same : [...same, fromEvent(newest, target)];
  return words === undefined ? { evidence } : { words, evidence };
}

function replicasLack(snapshot: Snapshot, object: ReplicaSet | ReplicationController): number {
  const { spec, status } = object;
  return (spec.replicas ?? 1) - (status?.replicas ?? podsOf(snapshot, refOf(object)).length);
}

/** A Deployment repeats the condition of its ReplicaSets; it speaks for them where the input does not have them. */
function deploymentLacks(snapshot: Snapshot, object: Deployment): number {
  if (replicaFailure(object)?.reason === RS_CREATE_ERROR) return 1;
  const seen = controlledBy(snapshot, refOf(object)).some(({ kind }) => kind === 'ReplicaSet');
  if (seen || replicaFailure(object) === undefined) return 0;
  return Math.max(1, (object.spec.replicas ?? 1) - (object.status?.replicas ?? 0));
}

/** With ordered start the next pod waits for the one before; then it is not refused, it is not its turn. */
function statefulSetLacks(snapshot: Snapshot, object: StatefulSet): number {
  const pods = podsOf(snapshot, refOf(object));
  const lacks = (object.spec.replicas ?? 1) - (object.status?.replicas ?? pods.length);
  const waits =
    object.spec.podManagementPolicy !== 'Parallel' && pods.some((pod) => podState(snapshot, pod).stage !== 'ready');
  return waits ? 0 : lacks;
}

function daemonSetLacks({ status }: DaemonSet): number {
  return (status?.desiredNumberScheduled ?? 0) - (status?.currentNumberScheduled ?? 0);
}

function jobLacks(snapshot: Snapshot, object: Job): number {
  const { spec, status } = object;
  const ended = (status?.conditions ?? []).some(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  );
  const started = timeOf(status?.startTime ?? object.metadata.creationTimestamp) ?? 0;
  if (ended || spec.suspend === true || snapshot.now.getTime() - started < JOB_GRACE) return 0;
  const wanted = Math.min(spec.parallelism ?? 1, (spec.completions ?? 1) - (status?.succeeded ?? 0));
  return wanted - (status?.active ?? 0);
}

/** A CronJob lacks its Job while no Job of it is newer than the refusal. */
function cronJobLacks(snapshot: Snapshot, object: CronJob): number {
  if (object.spec.suspend === true) return 0;
  const [newest] = failedCreates(snapshot, object);
  const failedAt = timeOf(newest === undefined ? undefined : eventTime(newest));
  if (failedAt === undefined) return 0;
  const later = controlledBy(snapshot, refOf(object)).some(
    (job) => (timeOf(job.metadata.creationTimestamp) ?? 0) > failedAt,
  );
  return later ? 0 : 1;
}
