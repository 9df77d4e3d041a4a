import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { hangingJobs, type HangingJob } from '../support/hanging-jobs.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, span } from '../support/words.ts';

/** Reports Jobs that run far longer than the earlier runs of their CronJob did. */
export const jobHanging: Analyzer = {
  meta: {
    id: 'job-hanging',
    title: 'Job runs far longer than its earlier runs',
    role: 'fault',
    severity: 'warning',
    reads: ['CronJob', 'Job', 'Pod'],
    breaks: ['availability'],
    waitsFor: ['dependency', 'network', 'name-resolution'],
    docs: {
      means:
        'The program of the Job runs and does not end: it waits for something, or has much more to do than before.',
      decides:
        'The pod of the Job runs and is ready, for more than ten minutes plus five times as long as the longest of at least two earlier runs of the same CronJob that completed.',
      silent: 'Without two completed runs to compare with, and while the pod of the Job is held up before it runs.',
      falsePositives: 'A run may rightly have more to do than those before, such as after a pause.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup'],
    },
  },
  *analyze({ snapshot }) {
    for (const hanging of hangingJobs(snapshot).values()) yield finding(hanging);
  },
};

function finding({ ref: subject, job, cronJob, pod, runs, longest, finished }: HangingJob): Finding {
  const deadline = job.spec.activeDeadlineSeconds;
  return {
    rule: jobHanging.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.heuristic,
    ...optional('since', job.status?.startTime),
    message: `${inWords(subject)} has run for ${span(runs)}; earlier runs took at most ${span(longest)}`,
    cause: `${inWords(pod.ref)} is running and does not end, while the ${counted(finished, 'earlier run')} of ${inWords(cronJob)} that ${finished === 1 ? 'is' : 'are'} known took at most ${span(longest)}.`,
    detail: { runningSeconds: Math.round(runs / 1000), longestSeconds: Math.round(longest / 1000) },
    evidence: [
      fromSpec(subject, 'status.startTime', job.status?.startTime ?? ''),
      computed(cronJob, `${counted(finished, 'completed run')}, the longest took ${span(longest)}`),
    ],
    affects: [subject, cronJob],
    fixes: [
      {
        summary: `See what ${pod.ref.name} waits for`,
        steps: [
          'Read its last output, and look whether the Services that it talks to answer.',
          ...(deadline === undefined
            ? [
                `Without activeDeadlineSeconds a run that hangs is never ended: set spec.jobTemplate.spec.activeDeadlineSeconds of ${inWords(cronJob)}.`,
              ]
            : []),
        ],
        commands: [kubectl(subject.namespace, 'logs', kubectlName(subject), '--all-containers', '--tail=50')],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
