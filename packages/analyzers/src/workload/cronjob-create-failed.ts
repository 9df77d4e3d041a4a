import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { untoldRefusal } from '../support/untold-rule.ts';

/** Reports CronJobs whose Jobs the API server refuses for a reason that no other rule knows. */
export const cronjobCreateFailed: Analyzer = untoldRefusal({
  id: 'cronjob-create-failed',
  title: 'Jobs of a CronJob cannot be created',
  what: 'its Jobs',
  docs: {
    means: 'The time comes, and the API server refuses the Job that the CronJob wants to start, so the run is lost.',
    decides:
      'The newest event FailedCreate of the CronJob is younger than its newest Job and says why in words of its own.',
    references: ['https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/'],
  },
  afterwards: (subject) => `The next run of ${inWords(subject)} tries again by itself.`,
});
