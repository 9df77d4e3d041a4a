import { controllerOf, refOf, topOwner } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { fromCondition, fromSpec } from '../support/evidence.ts';
import { failedJobs, type FailedJob } from '../support/job-failures.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { span } from '../support/words.ts';

/** Reports Jobs that were ended because they ran for longer than their deadline allows. */
export const jobDeadline: Analyzer = {
  meta: {
    id: 'job-deadline',
    title: 'Job ran into its deadline',
    role: 'fault',
    severity: 'warning',
    reads: ['Job', 'CronJob', 'Pod'],
    breaks: ['availability'],
    waitsFor: ['dependency', 'scheduling', 'image', 'container-config', 'container-exit', 'container-start'],
    docs: {
      means:
        'The Job was not done after activeDeadlineSeconds, and its pods were deleted. They were slow, hung, or never started; with the pods their traces are gone.',
      decides: 'Condition Failed=True of the Job with reason DeadlineExceeded.',
      silent: 'When a later run of the same CronJob has succeeded, and when the failure is older than a day.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup'],
    },
  },
  *analyze({ snapshot }) {
    for (const failed of failedJobs(snapshot).values()) {
      if (failed.condition.reason === 'DeadlineExceeded') yield finding(snapshot, failed);
    }
  },
};

function finding(snapshot: Snapshot, { job, condition }: FailedJob): Finding {
  const own = refOf(job);
  const seconds = job.spec.activeDeadlineSeconds;
  const limit = seconds === undefined ? 'its deadline' : `its deadline of ${span(seconds * 1000)}`;
  const failures = job.status?.failed ?? 0;
  const failed = failures === 0 ? 'no pod had failed' : `${failures} of its pods had failed`;
  const field = controllerOf(job)?.kind === 'CronJob' ? 'spec.jobTemplate.spec' : 'spec';
  return {
    rule: jobDeadline.meta.id,
    subject: topOwner(snapshot, job),
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `${inWords(own)} was not done within ${limit}`,
    cause: `The Job was ended when ${limit} had passed, and ${failed} by then.`,
    state: `not done within ${limit}`,
    evidence: [
      fromCondition(own, condition),
      ...(seconds === undefined ? [] : [fromSpec(own, 'spec.activeDeadlineSeconds', String(seconds))]),
    ],
    affects: [own],
    fixes: [
      describeFix(own, `Find out whether ${own.name} is slow or hangs`, [
        'See in the events when its pods were created, placed and started; run it once more and read its output while it runs',
        `If it only needs longer: raise ${field}.activeDeadlineSeconds of ${inWords(topOwner(snapshot, job))}`,
      ]),
    ],
  };
}
