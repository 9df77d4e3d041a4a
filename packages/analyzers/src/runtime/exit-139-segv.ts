import { type Analyzer } from '@kroot/types';
import { editByHand } from '../support/container-fixes.ts';
import { exitCodeFault } from '../support/exit-code-fault.ts';

/** Reports containers that end by SIGSEGV. */
export const exit139Segv: Analyzer = exitCodeFault({
  id: 'exit-139-segv',
  title: 'Program crashes with a segmentation fault',
  does: 'crashes with a segmentation fault (exit code 139)',
  meaning: () => 'the program touched memory that is not its own',
  means: 'The program or a native library of it has a fault, or does not fit the libc of the image or the processor.',
  decides: 'A restart loop whose last exit code is 139, which is 128 plus the number of the signal.',
  references: ['https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/'],
  fixes: (group) => [
    editByHand(
      group,
      `Run the last image of container "${group.container}" that worked, and find the faulty native code`,
      [
        'Compare the image with the last one that worked: base image, libc (musl or glibc), native modules.',
        "A core dump or the program's own crash handler shows where it fails.",
      ],
    ),
  ],
});
