import { type Analyzer } from '@kroot/types';
import { editByHand } from '../support/container-fixes.ts';
import { exitCodeFault } from '../support/exit-code-fault.ts';

/** Reports containers that end by SIGSYS. */
export const exit159Sigsys: Analyzer = exitCodeFault({
  id: 'exit-159-sigsys',
  title: 'A seccomp profile kills the program',
  does: 'is killed by its seccomp profile (exit code 159)',
  meaning: () => 'the program made a system call that its seccomp profile answers with a kill',
  means: 'The seccomp profile of the pod or the runtime does not allow a system call that the program needs.',
  decides: 'A restart loop whose last exit code is 159, which is 128 plus the number of the signal.',
  references: ['https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/'],
  fixes: (group) => [
    editByHand(group, `Allow container "${group.container}" the system call that it needs`, [
      'The audit log of the node (type=SECCOMP) has the number of the system call.',
      'Set securityContext.seccompProfile to RuntimeDefault or to a profile that allows it.',
    ]),
  ],
});
