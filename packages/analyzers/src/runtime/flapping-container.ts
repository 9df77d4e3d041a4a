import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { tellAppExit } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';

/** Reports containers that run now but have crashed several times within the hour. */
export const flappingContainer: Analyzer = containerFault(
  {
    id: 'flapping-container',
    title: 'Container runs now but keeps crashing',
    breaks: ['container-exit'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The container is running at this moment, so the pod looks well, but it has ended several times within the hour and will again.',
      decides:
        'At least three restarts, the last end less than an hour ago, the present run shorter than ten minutes (the kubelet forgets its back-off after ten good minutes), and no back-off event within ten minutes.',
      silent: 'For containers whose restarts lie longer ago, and where a more specific rule claims the container.',
      references: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts'],
    },
  },
  (group) => ({ ...tellAppExit(group, 'runs now but keeps ending'), confidence: CONFIDENCE.strong }),
);
