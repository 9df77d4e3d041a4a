import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerField, containerFault } from '../support/container-fault.ts';
import { editByHand, lastLogs, rollBack } from '../support/container-fixes.ts';
import { endWords, restartWords } from '../support/end-words.ts';
import { inWords } from '../support/kubectl.ts';

/** Reports containers that should run on but finish with success each time. */
export const crashloopExit0: Analyzer = containerFault(
  {
    id: 'crashloop-exit-0',
    title: 'Program finishes with success, but should run on',
    breaks: ['container-exit'],
    docs: {
      means:
        'The program does what it is told and ends with exit code 0; a workload that restarts its containers always starts it again and again.',
      decides:
        'Restart loop with a last exit code 0, no kill by a liveness or startup probe (those can leave exit code 0 as well), restartPolicy Always.',
      silent: 'For init containers and pods of Jobs that complete, and where a probe ended the container.',
      references: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy'],
    },
  },
  (group) => {
    const { owner, first, container } = group;
    const command = [...(first.state.container.command ?? []), ...(first.state.container.args ?? [])];
    const shown = command.length === 0 ? 'the command of its image' : `"${command.join(' ').slice(0, 120)}"`;
    return {
      message: `${capital(group.words)} finishes with exit code 0 and is started again and again`,
      cause: `Container "${container}" ${endWords(first.state)}${restartWords(first.state)}: ${shown} finishes or goes to the background, while ${inWords(owner)} keeps it running for ever.`,
      evidence:
        command.length === 0
          ? []
          : [containerField(group, first.state.container.command === undefined ? 'args' : 'command', command)],
      fixes: [
        lastLogs(group),
        ...rollBack(group),
        editByHand(
          group,
          `Give container "${container}" a command that stays in the foreground, or make ${inWords(owner)} a Job`,
          [
            'A server must not daemonize: start it in the foreground.',
            'Work that ends belongs in a Job or CronJob, which count exit code 0 as success.',
          ],
        ),
      ],
    };
  },
);
