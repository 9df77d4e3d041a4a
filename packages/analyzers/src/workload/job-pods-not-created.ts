import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { untoldRefusal } from '../support/untold-rule.ts';

/** Reports Jobs whose pods the API server refuses for a reason that no other rule knows. */
export const jobPodsNotCreated: Analyzer = untoldRefusal({
  id: 'job-pods-not-created',
  title: 'Pods of a Job cannot be created',
  what: 'its pods',
  docs: {
    means:
      'The Job is active but has no pods: the API server refuses each one, and the Job waits for ever, since a pod that was never created does not count against backoffLimit.',
    decides:
      'A Job that has not ended has fewer pods than it wants, and its newest event FailedCreate says why in words of its own.',
    references: ['https://kubernetes.io/docs/concepts/workloads/controllers/job/'],
  },
  afterwards: (subject) =>
    `The controller of ${inWords(subject)} tries again by itself; what is wrong in the template of a Job needs a new Job.`,
});
