import { conditionOf, controlledBy, controllerOf, refOf, timeOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Job, type Snapshot } from '@kroot/types';
import { fromCondition } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';

/** Reports Jobs that have failed for good. */
export const jobBackoffLimit: Analyzer = {
  meta: {
    id: 'job-backoff-limit',
    title: 'Job has failed',
    role: 'symptom',
    severity: 'warning',
    reads: ['Job', 'CronJob', 'Pod'],
    waitsFor: ['availability', 'container-exit', 'pod-creation', 'image', 'container-config', 'scheduling'],
    breaks: ['availability'],
    docs: {
      means: 'The Job was given up: its pods failed more often than backoffLimit allows, or it ran into its deadline.',
      decides: 'Condition Failed=True of the Job, with its reason.',
      silent:
        'When a later Job of the same CronJob has succeeded, and when the failure is older than a day: that is history.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy'],
    },
  },
  *analyze({ snapshot, now }) {
    for (const job of snapshot.list('Job')) {
      const condition = conditionOf(job.status?.conditions, 'Failed');
      if (condition?.status !== 'True' || job.metadata.deletionTimestamp !== undefined) continue;
      const failedAt = timeOf(condition.lastTransitionTime);
      if (failedAt !== undefined && now - failedAt > DAY) continue;
      if (!succeededSince(snapshot, job, failedAt ?? 0)) yield finding(job);
    }
  },
};

const DAY = 86_400_000;

/** Whether the CronJob above has had a success after this failure. */
function succeededSince(snapshot: Snapshot, job: Job, failedAt: number): boolean {
  const owner = controllerOf(job);
  if (owner === undefined) return false;
  const cronJob = snapshot.lookup({ ...owner, kind: 'CronJob' as const });
  const last = cronJob.state === 'present' ? timeOf(cronJob.object.status?.lastSuccessfulTime) : undefined;
  if (last !== undefined && last > failedAt) return true;
  return controlledBy(snapshot, owner).some((sibling) => {
    const done = conditionOf((sibling as Job).status?.conditions, 'Complete');
    return done?.status === 'True' && (timeOf(done.lastTransitionTime) ?? 0) > failedAt;
  });
}

function finding(job: Job): Finding {
  const subject = refOf(job);
  const condition = conditionOf(job.status?.conditions, 'Failed');
  const reason = condition?.reason ?? 'Failed';
  return {
    rule: jobBackoffLimit.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition?.lastTransitionTime),
    message: `${inWords(subject)} has failed (${reason})`,
    cause: `The Job was given up with ${reason} after ${job.status?.failed ?? 0} failed pods.`,
    state: `failed: ${reason}`,
    evidence: condition === undefined ? [] : [fromCondition(subject, condition)],
    fixes: [],
  };
}
