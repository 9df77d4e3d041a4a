import { refOf } from '@kroot/graph';
import { formatRef, type CronJob, type Finding } from '@kroot/types';
import { scheduleFault } from './cron-schedule.ts';
import { refusal } from './refusal.ts';
import { isUnrendered } from './unrendered.ts';

/** Schedules that nobody can read; one with a time zone in it is refused or taken depending on the version. */
export function* scheduleFaults(cronJob: CronJob): Generator<Finding> {
  const { schedule } = cronJob.spec;
  if (schedule === '' || schedule.includes('TZ') || isUnrendered(schedule)) return;
  const fault = scheduleFault(schedule);
  if (fault === undefined) return;
  const ref = refOf(cronJob);
  yield refusal({
    ref,
    discriminator: 'schedule',
    message: `"${schedule}", the schedule of ${formatRef(ref)}, is none`,
    cause: `The API server says "${fault}".`,
    path: 'spec.schedule',
    quote: schedule,
    fix: 'Write minute, hour, day of month, month and day of week (Sunday is 0), or a macro such as @daily.',
  });
}
