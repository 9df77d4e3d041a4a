import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault, containerField } from '../support/container-fault.ts';
import { editByHand, lastLogs, rollBack } from '../support/container-fixes.ts';
import { probeWords } from '../support/probe-target.ts';

/** Reports containers that are killed because their postStart hook fails. */
export const poststartHookFailed: Analyzer = containerFault(
  {
    id: 'poststart-hook-failed',
    title: 'postStart hook fails, so the container is killed',
    breaks: ['container-start', 'container-exit'],
    docs: {
      means:
        "The kubelet kills a container whose postStart hook fails. The kubelet hides the hook's output on purpose.",
      decides:
        'Waiting reason PostStartHookError, or the events FailedPostStartHook or Killing with FailedPostStartHook for a container that has such a hook.',
      silent: 'For containers without a postStart hook, and where the container has come up since.',
      references: ['https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution'],
    },
  },
  (group) => {
    const hook = group.first.state.container.lifecycle?.postStart ?? {};
    return {
      message: `${capital(group.words)} is killed because its postStart hook fails`,
      cause: `The postStart hook of container "${group.container}" (${probeWords(hook).slice(0, 160)}) fails, and the kubelet kills the container for it.`,
      evidence: [containerField(group, 'lifecycle.postStart', hook)],
      fixes: [
        ...rollBack(group),
        editByHand(group, `Repair the postStart hook of container "${group.container}"`, [
          'Run the hook by hand in a copy of the container: it may run before the program listens.',
          'Let the hook end with success when its work is not essential.',
        ]),
        lastLogs(group),
      ],
    };
  },
);
