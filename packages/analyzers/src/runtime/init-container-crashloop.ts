import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { tellAppExit } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';

/** Reports init containers that fail again and again, so that the app containers never start. */
export const initContainerCrashloop: Analyzer = containerFault(
  {
    id: 'init-container-crashloop',
    title: 'Init container fails again and again',
    breaks: ['container-exit'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'An init container ends with a failure every time; later init containers and the app containers wait for it and are not at fault.',
      decides:
        'The first init container that is not done ends with an exit code of its own. Ends that have a class (out of memory, command not found, a signal, a failed start) are told by the rule of that class.',
      silent: 'For init containers that have completed, and for those that still run.',
      references: ['https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior'],
    },
  },
  (group) => ({ ...tellAppExit(group, 'fails before the app containers can start,'), confidence: CONFIDENCE.strong }),
);
