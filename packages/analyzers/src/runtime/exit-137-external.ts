import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { editByHand } from '../support/container-fixes.ts';
import { exitCodeFault } from '../support/exit-code-fault.ts';

/** Reports containers that something kills, without a sign of what. */
export const exit137External: Analyzer = exitCodeFault({
  id: 'exit-137-external',
  title: 'Something kills the container, and nothing says what',
  does: 'is killed again and again (exit code 137), and nothing says by what',
  severity: 'warning',
  confidence: CONFIDENCE.heuristic,
  meaning: () => 'SIGKILL came from outside the program, no probe failed, and the kubelet does not say OOMKilled',
  means: 'The program got SIGKILL. Exit code 137 alone is no proof of a lack of memory: only the reason OOMKilled is.',
  decides: 'A restart loop with exit code 137 and reason Error, without kill events of a probe.',
  silent:
    'For OOMKilled, for kills by a liveness or startup probe, and for containers whose node was restarted (ContainerStatusUnknown).',
  references: ['https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/'],
  notes: (group) =>
    group.first.state.container.resources?.limits?.['memory'] === undefined
      ? []
      : [
          'The container has a memory limit: a runtime that misses the moment reports an out-of-memory kill as plain exit code 137.',
        ],
  fixes: (group) => [
    editByHand(group, `Find out what kills container "${group.container}"`, [
      'The kernel log of the node shows an out-of-memory kill with the name of the process.',
      'Look for agents, scripts or a parent process in the container that kill it.',
    ]),
  ],
});
