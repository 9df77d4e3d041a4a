import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { tellAppExit } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';

/** Reports the programs of failed Jobs that ended with a failure only they can explain. */
export const jobFailedPods: Analyzer = containerFault(
  {
    id: 'job-failed-pods',
    title: 'Program of a failed Job ends with a failure',
    severity: 'warning',
    breaks: ['container-exit'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The Job was given up, and the program in its pods ended by itself with an exit code that only the program can explain.',
      decides:
        'A Job with condition Failed=True whose pods are still there: the exit code and the last words of the container that failed, when they are none of the known classes (out of memory, command not found, wrong architecture, a signal).',
      silent:
        'When a later run of the same CronJob has succeeded, when the failure is older than a day, for pods that were evicted or refused, and wherever a more specific rule claims the container.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy'],
    },
  },
  (group) => ({ ...tellAppExit(group, 'fails'), confidence: CONFIDENCE.strong }),
);
