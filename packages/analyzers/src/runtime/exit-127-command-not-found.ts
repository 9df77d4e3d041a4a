import { type Analyzer } from '@kroot/types';
import { editByHand } from '../support/container-fixes.ts';
import { commandEvidence, commandWords, exitCodeFault } from '../support/exit-code-fault.ts';

/** Reports containers whose shell does not find a command. */
export const exit127CommandNotFound: Analyzer = exitCodeFault({
  id: 'exit-127-command-not-found',
  title: 'Command not found in the container',
  does: 'runs a command that its image does not have (exit code 127)',
  meaning: (group) => `127 is a shell that does not find a command, while it runs ${commandWords(group)}`,
  means: 'The shell or script that the container starts calls a program which is not in the image or not in its PATH.',
  decides: 'A restart loop whose last exit code is 127.',
  references: ['https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/'],
  evidence: commandEvidence,
  fixes: (group) => [
    editByHand(group, `Correct the command of container "${group.container}", or use an image that has the program`, [
      'The last output names the command that was not found.',
      'Mind minimal images: they lack shells and tools such as curl or bash.',
    ]),
  ],
});
