import { eventsOf, eventStart, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type CronJob, type Event, type Finding } from '@kroot/types';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

/** Reports CronJobs whose schedule or time zone the controller cannot use. */
export const cronjobBadSchedule: Analyzer = {
  meta: {
    id: 'cronjob-bad-schedule',
    title: 'Schedule of the CronJob cannot be used',
    role: 'fault',
    severity: 'warning',
    reads: ['CronJob', 'Event'],
    breaks: ['pod-creation'],
    docs: {
      means:
        'The controller cannot read the schedule or does not know the time zone of the CronJob, so it starts no Jobs.',
      decides:
        'Events UnparseableSchedule, InvalidSchedule and UnknownTimeZone about the schedule and time zone that the CronJob has now.',
      silent: 'For suspended CronJobs, and when the event is about an earlier schedule.',
      references: [
        'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax',
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/cronjob/cronjob_controllerv2.go',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const cronJob of snapshot.list('CronJob')) {
      if (cronJob.spec.suspend === true) continue;
      const event = eventsOf(snapshot, cronJob).find((one) => isAboutNow(cronJob, one));
      if (event !== undefined) yield finding(cronJob, event);
    }
  },
};

/** The controller quotes what it cannot use. */
function isAboutNow({ spec }: CronJob, { reason, message = '' }: Event): boolean {
  if (reason === 'UnknownTimeZone') return spec.timeZone !== undefined && message.includes(spec.timeZone);
  return (reason === 'UnparseableSchedule' || reason === 'InvalidSchedule') && message.includes(spec.schedule);
}

function finding(cronJob: CronJob, event: Event): Finding {
  const subject = refOf(cronJob);
  const zone = event.reason === 'UnknownTimeZone';
  const field = zone ? 'spec.timeZone' : 'spec.schedule';
  const value = zone ? (cronJob.spec.timeZone ?? '') : cronJob.spec.schedule;
  return {
    rule: cronjobBadSchedule.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', eventStart(event)),
    message: `${inWords(subject)} starts no Jobs: ${zone ? 'time zone' : 'schedule'} "${value}" cannot be used`,
    cause: `The controller says: ${inline(event.message ?? '')}.`,
    state: `${field} "${value}" cannot be used`,
    evidence: [fromEvent(event, subject), fromSpec(subject, field, value)],
    fixes: [
      {
        summary: `Correct ${field} of ${inWords(subject)}`,
        steps: [
          zone
            ? 'Use a name of the tz database, such as Europe/Berlin or Etc/UTC'
            : 'Use five fields (minute, hour, day of month, month, day of week) or a macro such as @daily',
        ],
        commands: [kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml')],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
