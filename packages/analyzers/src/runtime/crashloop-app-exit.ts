import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { containerFault } from '../support/container-fault.ts';
import { tellAppExit } from '../support/app-exit.ts';

/** Reports containers whose program ends with a failure again and again, when nothing more specific is known. */
export const crashloopAppExit: Analyzer = containerFault(
  {
    id: 'crashloop-app-exit',
    title: 'Program ends with a failure again and again',
    breaks: ['container-exit'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The program in a container ends by itself with an exit code that only the program can explain, and the kubelet backs off before it starts it again.',
      decides:
        'A container in CrashLoopBackOff, or running between two back-offs, whose last end is none of the known classes: out of memory, a probe, a failed start, a signal. The exit code and the termination message are reported; a host that the message says it cannot reach or resolve is looked for first.',
      silent:
        'For completed containers, restarts that have healed, pods that are being deleted, and wherever a more specific rule claims the container.',
      references: [
        'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts',
        'https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/',
      ],
    },
  },
  (group) => ({ ...tellAppExit(group, 'is in a crash loop'), confidence: CONFIDENCE.strong }),
);
