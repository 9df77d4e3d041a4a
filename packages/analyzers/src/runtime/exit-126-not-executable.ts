import { type Analyzer } from '@kroot/types';
import { rebuildImage } from '../support/container-fixes.ts';
import { commandEvidence, commandWords, exitCodeFault } from '../support/exit-code-fault.ts';

/** Reports containers whose program is there but may not be executed. */
export const exit126NotExecutable: Analyzer = exitCodeFault({
  id: 'exit-126-not-executable',
  title: 'Program of the container may not be executed',
  does: 'has a program that may not be executed',
  meaning: (group) => {
    const path = group.first.startError?.path;
    return path === undefined
      ? `126 is a command that was found and cannot be executed, in ${commandWords(group)}`
      : `the runtime may not execute ${path}`;
  },
  means:
    'The file exists, but has no execute permission for the user of the container, is a directory, or lies on a volume mounted noexec.',
  decides: 'Exit code 126, or the runtime says "permission denied" for the program itself.',
  references: ['https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/'],
  evidence: commandEvidence,
  fixes: (group) => [
    rebuildImage(group, `Make the program of container "${group.container}" executable in its image`, [
      'Set the mode when the file is copied: COPY --chmod=0755.',
      'A script from a ConfigMap needs defaultMode: 0755 on its volume.',
      'With runAsUser, the user must be allowed to execute the file.',
    ]),
  ],
});
