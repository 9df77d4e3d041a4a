import { controlledBy, memoize, refOf, timeOf } from '@kroot/graph';
import {
  type Condition,
  type CronJob,
  type Job,
  type KubernetesObject,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { longestGap } from '../messages/cron-schedule.ts';

/** A CronJob that is in use, and its Jobs. */
export interface CronJobState {
  readonly ref: ResourceRef;
  readonly cronJob: CronJob;
  /** Newest first. */
  readonly jobs: readonly Job[];
  /** The longest time between two runs, in milliseconds; absent when the schedule cannot be read. */
  readonly gap?: number;
  /** The last run that was due, else when the CronJob was made or last changed: from then on runs are expected. */
  readonly expectedFrom?: number;
}

/** All CronJobs that are neither suspended nor being deleted. */
export const cronJobStates: (snapshot: Snapshot) => readonly CronJobState[] = memoize((snapshot) =>
  snapshot.list('CronJob').flatMap((cronJob) => {
    if (cronJob.spec.suspend === true || cronJob.metadata.deletionTimestamp !== undefined) return [];
    const ref = refOf(cronJob);
    const jobs = controlledBy(snapshot, ref)
      .filter((object): object is Job => isJob(object))
      .toSorted((a, b) => createdAt(b) - createdAt(a));
    const gap = longestGap(cronJob.spec.schedule);
    const from = expectedFrom(cronJob);
    return [
      {
        ref,
        cronJob,
        jobs,
        ...(gap === undefined ? {} : { gap }),
        ...(from === undefined ? {} : { expectedFrom: from }),
      },
    ];
  }),
);

function isJob(object: KubernetesObject): boolean {
  return object.kind === 'Job' && object.apiVersion.startsWith('batch/');
}

function createdAt({ metadata }: Job): number {
  return timeOf(metadata.creationTimestamp) ?? 0;
}

function expectedFrom({ metadata, status }: CronJob): number | undefined {
  const edits = (metadata.changes ?? [])
    .filter(({ subresource, paths }) => subresource === undefined && paths.some((path) => path.startsWith('spec')))
    .map(({ time }) => time);
  const times = [status?.lastScheduleTime, metadata.creationTimestamp, ...edits]
    .map((text) => timeOf(text))
    .filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** How a Job ended: the condition Complete or Failed that is True; undefined while it runs. */
export function endOf({ status }: Job): Condition | undefined {
  return status?.conditions?.find(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  );
}

/** How long a Job that completed took, in milliseconds. */
export function durationOf({ status }: Job): number | undefined {
  const start = timeOf(status?.startTime);
  const end = timeOf(status?.completionTime);
  return start === undefined || end === undefined ? undefined : end - start;
}

/** How long a Job runs already, in milliseconds; undefined if it has ended, is suspended or has not started. */
export function runningFor(snapshot: Snapshot, job: Job): number | undefined {
  const start = timeOf(job.status?.startTime);
  if (start === undefined || endOf(job) !== undefined || job.spec.suspend === true) return undefined;
  return job.metadata.deletionTimestamp === undefined ? snapshot.now.getTime() - start : undefined;
}
