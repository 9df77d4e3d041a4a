import { type Analyzer } from '@kroot/types';
import { editByHand } from '../support/container-fixes.ts';
import { commandEvidence, commandWords, exitCodeFault } from '../support/exit-code-fault.ts';

/** Reports containers whose program the runtime does not find. */
export const startErrorExecNotFound: Analyzer = exitCodeFault({
  id: 'start-error-exec-not-found',
  title: 'Program of the container does not exist in its image',
  does: 'names a program that its image does not have',
  meaning: (group) =>
    `the runtime finds no ${group.first.startError?.path ?? 'such program'} to run ${commandWords(group)}`,
  means: 'The first word of the command is no file in the image, or the file is there and its interpreter is not.',
  decides:
    'StartError, RunContainerError or ContainerCannotRun with "executable file not found" or "no such file or directory" for the program.',
  references: ['https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/'],
  evidence: commandEvidence,
  notes: (group) =>
    /no such file or directory/.test(group.first.text ?? '')
      ? [
          'The file may exist and its interpreter be missing: a shebang with a carriage return, or a program linked against a libc that the image does not have.',
        ]
      : [],
  fixes: (group) => [
    editByHand(group, `Correct the command of container "${group.container}", or use an image that has the program`, [
      `The runtime looked for ${group.first.startError?.path ?? 'the first word of the command'}; "command" replaces the image's entrypoint, "args" only its arguments.`,
    ]),
  ],
});
