import { eventsOf, eventTime, timeOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Event, type Finding, type Snapshot } from '@kroot/types';
import { refusedControllers } from '../support/create-failures.ts';
import { cronJobStates, endOf, type CronJobState } from '../support/cron-jobs.ts';
import { computed, fromEvent, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { inline, span } from '../support/words.ts';

const ID = 'cronjob-missed';
/** The controller looks every ten seconds and starts Jobs within a minute. */
const SLACK = 600_000;
/** https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#job-creation */
const SHORTEST_DEADLINE = 10;
const TROUBLE: ReadonlySet<string> = new Set(['MissSchedule', 'TooManyMissedTimes', 'FailedNeedsStart']);

/** Reports CronJobs whose runs were due and did not start. */
export const cronjobMissed: Analyzer = {
  meta: {
    id: ID,
    title: 'Runs of a CronJob do not start',
    role: 'fault',
    severity: 'warning',
    reads: ['CronJob', 'Job', 'Event'],
    breaks: ['pod-creation'],
    waitsFor: ['pod-creation', 'admission'],
    docs: {
      means:
        'Runs were due and no Job was started: the starting deadline is too short, the controller did not run at the time, or it has given up counting missed runs.',
      decides:
        'An event MissSchedule, TooManyMissedTimes or FailedNeedsStart that is newer than the last run; or the last run (else the creation or the last change) is longer ago than twice the longest time between two runs of the schedule, which holds in every time zone.',
      silent:
        'For suspended CronJobs, schedules that cannot be used, CronJobs whose Jobs are refused, and while an earlier Job keeps the next one from starting (concurrencyPolicy Forbid): those have rules of their own.',
      references: [
        'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#cron-job-limitations',
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/cronjob/cronjob_controllerv2.go',
      ],
    },
  },
  *analyze({ snapshot }) {
    const refused = new Set(refusedControllers(snapshot).map(({ object }) => object));
    for (const state of cronJobStates(snapshot)) {
      const { cronJob, jobs } = state;
      const isHeld = cronJob.spec.concurrencyPolicy === 'Forbid' && jobs.some((job) => endOf(job) === undefined);
      if (isHeld || refused.has(cronJob)) continue;
      const event = missedEvent(snapshot, state);
      if (event !== undefined || isOverdue(snapshot, state)) yield finding(snapshot, state, event);
    }
  },
};

function missedEvent(snapshot: Snapshot, { cronJob, jobs }: CronJobState): Event | undefined {
  const last = Math.max(
    timeOf(cronJob.status?.lastScheduleTime) ?? 0,
    timeOf(jobs[0]?.metadata.creationTimestamp) ?? 0,
  );
  return eventsOf(snapshot, cronJob).find(
    (event) => TROUBLE.has(event.reason ?? '') && (timeOf(eventTime(event)) ?? 0) > last,
  );
}

function isOverdue(snapshot: Snapshot, { gap, expectedFrom, jobs }: CronJobState): boolean {
  if (gap === undefined || expectedFrom === undefined) return false;
  const last = Math.max(expectedFrom, timeOf(jobs[0]?.metadata.creationTimestamp) ?? 0);
  return snapshot.now.getTime() - last > 2 * gap + SLACK;
}

function causeOf(snapshot: Snapshot, { cronJob, gap = 0, expectedFrom = 0 }: CronJobState, event?: Event): string {
  if (event !== undefined) return `The controller says: ${inline(event.message ?? event.reason ?? '')}`;
  const waited = span(snapshot.now.getTime() - expectedFrom);
  return `Schedule "${cronJob.spec.schedule}" is due at least every ${span(gap)}, and for ${waited} no Job was started`;
}

function finding(snapshot: Snapshot, state: CronJobState, event?: Event): Finding {
  const { ref: subject, cronJob } = state;
  const { schedule, startingDeadlineSeconds: deadline } = cronJob.spec;
  const last = cronJob.status?.lastScheduleTime;
  const isTooShort = deadline !== undefined && deadline < SHORTEST_DEADLINE;
  const run = last === undefined ? 'has never run' : `last ran at ${last}`;
  return {
    rule: ID,
    subject,
    severity: 'warning',
    confidence: event === undefined ? CONFIDENCE.strong : CONFIDENCE.stated,
    message: `${inWords(subject)} misses its runs: it ${run}`,
    cause: `${causeOf(snapshot, state, event)}${isTooShort ? `; startingDeadlineSeconds is ${deadline}, less than the ten seconds at which the controller looks` : ''}.`,
    evidence: [
      ...(event === undefined ? [] : [fromEvent(event, subject)]),
      fromSpec(subject, 'spec.schedule', schedule),
      ...(deadline === undefined ? [] : [fromSpec(subject, 'spec.startingDeadlineSeconds', String(deadline))]),
      computed(subject, last === undefined ? 'status.lastScheduleTime is not set' : `status.lastScheduleTime ${last}`),
    ],
    fixes: [
      ...(deadline !== undefined && (isTooShort || event?.reason === 'MissSchedule') ? [longerDeadline(subject)] : []),
      describeFix(subject, `See whether the controller looks at ${inWords(subject)}`, [
        'With no event and no Job the controller of CronJobs (in kube-controller-manager) does not run, or its clock differs.',
      ]),
      {
        summary: 'Make up for the run that is missing',
        steps: ['Only if the work has to be done now; later runs start by themselves once the cause is gone.'],
        commands: [
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

function longerDeadline(subject: CronJobState['ref']): Finding['fixes'][number] {
  return {
    summary: `Give runs of ${inWords(subject)} more time to start`,
    steps: ['200 seconds outlast a restart of the controller.'],
    commands: [
      kubectl(
        subject.namespace,
        'patch',
        kubectlName(subject),
        '--type=merge',
        '-p',
        '{"spec":{"startingDeadlineSeconds":200}}',
      ),
    ],
    effect: 'change',
    where: 'cluster',
  };
}
