import { type Analyzer } from '@kroot/types';
import { editByHand } from '../support/container-fixes.ts';
import { exitCodeFault } from '../support/exit-code-fault.ts';

/** Reports containers that end by SIGILL. */
export const exit132Sigill: Analyzer = exitCodeFault({
  id: 'exit-132-sigill',
  title: 'Program uses instructions that the processor lacks',
  does: 'uses instructions that the processor of its node lacks (exit code 132)',
  meaning: () => 'the processor met an instruction that it does not know',
  means: 'The program is built for a newer processor than the node has (such as AVX or x86-64-v3).',
  decides: 'A restart loop whose last exit code is 132, which is 128 plus the number of the signal.',
  references: ['https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/'],
  fixes: (group) => [
    editByHand(
      group,
      `Run container "${group.container}" on nodes whose processor has what it was built for, or build it for less`,
      [
        'Compare the nodes on which it runs with those on which it ends.',
        'Virtual machines often hide processor features: the host may have to pass them on.',
      ],
    ),
  ],
});
