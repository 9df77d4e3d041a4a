import { refOf } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type Finding, type Job, type Snapshot } from '@kroot/types';
import { cronJobStates, endOf, type CronJobState } from '../support/cron-jobs.ts';
import { computed, fromCondition } from '../support/evidence.ts';
import { failedJobs } from '../support/job-failures.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';

const ID = 'cronjob-failing-streak';

/** Reports CronJobs whose last runs have all failed. */
export const cronjobFailingStreak: Analyzer = {
  meta: {
    id: ID,
    title: 'Every run of a CronJob fails',
    role: 'fault',
    severity: 'warning',
    reads: ['CronJob', 'Job', 'Pod'],
    breaks: ['availability'],
    waitsFor: ['container-exit', 'container-start', 'image', 'container-config', 'availability', 'pod-creation'],
    docs: {
      means: 'The work of the CronJob has not been done for several runs. One failed run could be chance; this is not.',
      decides:
        'The newest finished Jobs, at least two in a row, have condition Failed=True, the last of them within a day, and nothing has succeeded since. What is wrong with their pods is the cause, where pods are left to tell it.',
      silent: 'After a single failure, and as soon as a run has succeeded.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/'],
    },
  },
  *analyze({ snapshot }) {
    for (const state of cronJobStates(snapshot)) {
      const streak = streakOf(snapshot, state);
      const [last] = streak;
      if (last !== undefined && streak.length >= 2) yield finding(state, last, streak);
    }
  },
};

function streakOf(snapshot: Snapshot, { jobs }: CronJobState): readonly Job[] {
  const finished = jobs.filter((job) => endOf(job) !== undefined);
  const success = finished.findIndex((job) => endOf(job)?.type === 'Complete');
  const streak = success === -1 ? finished : finished.slice(0, success);
  const [last] = streak;
  return last !== undefined && failedJobs(snapshot).has(refKey(refOf(last))) ? streak : [];
}

function finding({ ref: subject, cronJob }: CronJobState, last: Job, streak: readonly Job[]): Finding {
  const condition = endOf(last);
  const success = cronJob.status?.lastSuccessfulTime;
  const since = streak.at(-1)?.metadata.creationTimestamp;
  const reason = condition?.reason ?? 'Failed';
  return {
    rule: ID,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    ...optional('since', since),
    message: `The last ${streak.length} runs of ${inWords(subject)} have all failed`,
    cause: `${streak
      .map(({ metadata }) => metadata.name)
      .slice(0, 3)
      .join(
        ', ',
      )} were given up (${reason}), and ${success === undefined ? 'no run is known to have succeeded' : `the last success was at ${success}`}.`,
    detail: { failed: streak.length },
    evidence: [
      ...(condition === undefined ? [] : [fromCondition(refOf(last), condition)]),
      computed(subject, `${streak.length} failed runs in a row; lastSuccessfulTime ${success ?? 'not set'}`),
    ],
    because: (['container-exit', 'container-start', 'image', 'container-config', 'availability'] as const).map(
      (mechanism) => ({ ref: subject, mechanism }),
    ),
    affects: streak.map((job) => refOf(job)),
    fixes: [
      {
        summary: `Run ${inWords(subject)} once by hand and read what it says`,
        steps: [
          'Pods of failed runs may be gone; a run of your own shows the output while it happens.',
          'Raise spec.failedJobsHistoryLimit, if failed runs are to be kept for longer.',
        ],
        commands: [
          kubectl(subject.namespace, 'logs', kubectlName(refOf(last)), '--all-containers', '--tail=50'),
          kubectl(
            subject.namespace,
            'create',
            'job',
            `--from=${kubectlName(subject)}`,
            `${subject.name.slice(0, 45)}-manual`,
          ),
        ],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
