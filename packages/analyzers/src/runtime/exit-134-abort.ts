import { type Analyzer } from '@kroot/types';
import { editByHand } from '../support/container-fixes.ts';
import { exitCodeFault } from '../support/exit-code-fault.ts';

/** Reports containers that end by SIGABRT. */
export const exit134Abort: Analyzer = exitCodeFault({
  id: 'exit-134-abort',
  title: 'Program aborts itself',
  does: 'aborts itself (exit code 134)',
  meaning: () => 'the program or its runtime called abort, as after a failed assertion or a heap that is full',
  means:
    'A failed assertion, an unhandled native exception, or a runtime that is out of heap (such as Node.js or the JVM) ends the program on purpose.',
  decides: 'A restart loop whose last exit code is 134, which is 128 plus the number of the signal.',
  references: ['https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/'],
  fixes: (group) => [
    editByHand(group, `Repair what container "${group.container}" aborts on`, [
      'The last lines of output name the assertion or the heap limit.',
      'A JavaScript heap that is too small is raised with NODE_OPTIONS=--max-old-space-size, below the memory limit.',
    ]),
  ],
});
