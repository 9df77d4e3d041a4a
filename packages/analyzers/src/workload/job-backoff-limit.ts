import { refOf, topOwner, type ContainerState } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Because, type Evidence, type Finding, type Snapshot } from '@kroot/types';
import { fromCondition, fromContainer } from '../support/evidence.ts';
import { failedContainers, failedJobs, type FailedJob } from '../support/job-failures.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted } from '../support/words.ts';

/** Reports Jobs that have failed for good. */
export const jobBackoffLimit: Analyzer = {
  meta: {
    id: 'job-backoff-limit',
    title: 'Job has failed',
    role: 'symptom',
    severity: 'warning',
    reads: ['Job', 'CronJob', 'Pod'],
    waitsFor: [
      'availability',
      'container-exit',
      'container-start',
      'pod-creation',
      'image',
      'container-config',
      'scheduling',
    ],
    breaks: ['availability'],
    docs: {
      means: 'The Job was given up: its pods failed more often than backoffLimit allows, or it ran into its deadline.',
      decides: 'Condition Failed=True of the Job, with its reason; how its pods ended, as far as they are still there.',
      silent:
        'When a later Job of the same CronJob has succeeded, and when the failure is older than a day: that is history.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy'],
    },
  },
  *analyze({ snapshot }) {
    for (const failed of failedJobs(snapshot).values()) yield finding(snapshot, failed);
  },
};

const WHY: ReadonlyMap<string, string> = new Map([
  ['BackoffLimitExceeded', 'its pods failed too often'],
  ['DeadlineExceeded', 'it ran into its deadline'],
  ['PodFailurePolicy', 'its policy for failed pods ended it'],
  ['FailedIndexes', 'some of its indexes failed'],
  ['MaxFailedIndexesExceeded', 'too many of its indexes failed'],
]);

function finding(snapshot: Snapshot, failed: FailedJob): Finding {
  const { job, condition, pods } = failed;
  const subject = refOf(job);
  const reason = condition.reason ?? 'Failed';
  const [last] = pods;
  const ended = last === undefined ? undefined : failedContainers(last)[0];
  const evidence: Evidence[] = [fromCondition(subject, condition)];
  if (last !== undefined && ended !== undefined) evidence.push(fromContainer(last.ref, ended));
  return {
    rule: jobBackoffLimit.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `${inWords(subject)} has failed: ${WHY.get(reason) ?? reason}`,
    cause: `The Job was given up with ${reason}${endWords(failed, ended)}.`,
    state: `failed: ${ended?.terminated === undefined ? reason : `exit code ${ended.terminated.exitCode}`}`,
    evidence,
    because: becauseOf(snapshot, failed),
    fixes: [],
  };
}

function endWords({ job, pods }: FailedJob, ended: ContainerState | undefined): string {
  const count = job.status?.failed ?? pods.length;
  const after = count === 0 ? '' : ` after ${counted(count, 'failed pod')}`;
  if (ended?.terminated === undefined) return count > 0 ? `${after}, which are no longer there` : after;
  return `${after}; container "${ended.name}" of the last one ended with exit code ${ended.terminated.exitCode}`;
}

/** What is wrong with a program stops the Job that runs it: the same object as the Job, or the CronJob above it. */
function becauseOf(snapshot: Snapshot, { job, pods }: FailedJob): readonly Because[] {
  if (pods.length === 0) return [];
  const owner = topOwner(snapshot, job);
  return [
    { ref: owner, mechanism: 'container-exit' },
    { ref: owner, mechanism: 'container-start' },
  ];
}
