import { memoize, podsOf, podState, refOf, type PodState } from '@kroot/graph';
import { refKey, type Job, type ResourceRef, type Snapshot } from '@kroot/types';
import { cronJobStates, durationOf, runningFor } from './cron-jobs.ts';

/** A Job of a CronJob that runs far longer than its earlier runs took. */
export interface HangingJob {
  readonly ref: ResourceRef;
  readonly job: Job;
  readonly cronJob: ResourceRef;
  readonly pod: PodState;
  /** Milliseconds. */
  readonly runs: number;
  readonly longest: number;
  readonly finished: number;
}

const FACTOR = 5;
const MARGIN = 600_000;

/** Jobs whose pod runs without a fault, for more than five times as long as any earlier run that is still known. */
export const hangingJobs: (snapshot: Snapshot) => ReadonlyMap<string, HangingJob> = memoize((snapshot) => {
  const found = new Map<string, HangingJob>();
  for (const { ref: cronJob, jobs } of cronJobStates(snapshot)) {
    const durations = jobs.map((job) => durationOf(job)).filter((duration) => duration !== undefined);
    if (durations.length < 2) continue;
    const longest = Math.max(...durations);
    for (const job of jobs) {
      const runs = runningFor(snapshot, job);
      if (runs === undefined || runs < longest * FACTOR + MARGIN) continue;
      const ref = refOf(job);
      const pod = podsOf(snapshot, ref)
        .map((each) => podState(snapshot, each))
        .find(({ stage }) => stage === 'ready');
      if (pod !== undefined)
        found.set(refKey(ref), { ref, job, cronJob, pod, runs, longest, finished: durations.length });
    }
  }
  return found;
});
