import {
  conditionOf,
  controlledBy,
  controllerOf,
  memoize,
  podsOf,
  podState,
  refOf,
  timeOf,
  type ContainerState,
  type PodState,
} from '@kroot/graph';
import { refKey, type Condition, type Job, type KubernetesObject, type Snapshot } from '@kroot/types';

/** A Job that was given up, and the pods of it that ended badly. */
export interface FailedJob {
  readonly job: Job;
  readonly condition: Condition;
  /** Pods in phase Failed that the kubelet did not end by itself, the one that ended last first. */
  readonly pods: readonly PodState[];
}

const DAY = 86_400_000;

/** Jobs whose failure still stands, by reference: not older than a day, and no later run of their CronJob succeeded. */
export const failedJobs: (snapshot: Snapshot) => ReadonlyMap<string, FailedJob> = memoize((snapshot) => {
  const now = snapshot.now.getTime();
  const found = new Map<string, FailedJob>();
  for (const job of snapshot.list('Job')) {
    const condition = conditionOf(job.status?.conditions, 'Failed');
    if (condition?.status !== 'True' || job.metadata.deletionTimestamp !== undefined) continue;
    const failedAt = timeOf(condition.lastTransitionTime);
    if (failedAt !== undefined && now - failedAt > DAY) continue;
    if (hasSucceededSince(snapshot, job, failedAt ?? 0)) continue;
    found.set(refKey(refOf(job)), { job, condition, pods: failedPods(snapshot, job) });
  }
  return found;
});

/** Pods that were evicted or refused say nothing about their program. */
function failedPods(snapshot: Snapshot, job: Job): readonly PodState[] {
  return podsOf(snapshot, refOf(job))
    .filter(({ status }) => status?.phase === 'Failed' && (status.reason ?? '') === '')
    .map((pod) => podState(snapshot, pod))
    .filter((state) => failedContainers(state).length > 0)
    .toSorted((a, b) => (b.since ?? 0) - (a.since ?? 0));
}

/** The containers of a failed pod that ended with a failure, in start order. */
export function failedContainers({ containers }: PodState): readonly ContainerState[] {
  return containers.filter(({ stage, terminated }) => stage === 'exit' && terminated !== undefined);
}

/** Whether a failed pod is one of those that its Job was given up for. */
export function isOfFailedJob(snapshot: Snapshot, state: PodState): boolean {
  const controller = controllerOf(state.pod);
  const failed = controller === undefined ? undefined : failedJobs(snapshot).get(refKey(controller));
  return failed?.pods.includes(state) === true;
}

/** Whether the CronJob above has had a success after this failure. */
function hasSucceededSince(snapshot: Snapshot, job: Job, failedAt: number): boolean {
  const owner = controllerOf(job);
  if (owner === undefined) return false;
  const cronJob = snapshot.lookup({ ...owner, kind: 'CronJob' as const });
  const last = cronJob.state === 'present' ? timeOf(cronJob.object.status?.lastSuccessfulTime) : undefined;
  if (last !== undefined && last > failedAt) return true;
  return controlledBy(snapshot, owner).some((sibling) => {
    const done = isJob(sibling) ? conditionOf(sibling.status?.conditions, 'Complete') : undefined;
    return done?.status === 'True' && (timeOf(done.lastTransitionTime) ?? 0) > failedAt;
  });
}

function isJob(object: KubernetesObject): object is Job {
  return object.kind === 'Job' && object.apiVersion.startsWith('batch/');
}
