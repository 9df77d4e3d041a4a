import { type Analyzer } from '@kroot/types';
import { editByHand } from '../support/container-fixes.ts';
import { exitCodeFault } from '../support/exit-code-fault.ts';

/** Reports containers that end by SIGBUS. */
export const exit135Sigbus: Analyzer = exitCodeFault({
  id: 'exit-135-sigbus',
  title: 'Program dies on a bus error',
  does: 'dies on a bus error (exit code 135)',
  meaning: () => 'the program touched mapped memory that nothing backs, which a full /dev/shm of 64 MiB causes',
  means:
    'A memory-mapped file or shared memory could not grow: /dev/shm of a container has 64 MiB unless a volume replaces it.',
  decides: 'A restart loop whose last exit code is 135, which is 128 plus the number of the signal.',
  references: ['https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/'],
  fixes: (group) => [
    editByHand(group, `Give container "${group.container}" more shared memory`, [
      'Mount an emptyDir with medium: Memory at /dev/shm; what is written there counts against the memory limit.',
      'If the program maps files of a volume, check that the volume is not full.',
    ]),
  ],
});
