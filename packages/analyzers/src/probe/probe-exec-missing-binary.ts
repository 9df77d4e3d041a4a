import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { consequence, probeFacts } from '../support/probe-fault.ts';
import { whatItSays } from '../support/probe-fixes.ts';
import { editByHand } from '../support/container-fixes.ts';

/** Reports exec probes whose command is not in the container. */
export const probeExecMissingBinary: Analyzer = containerFault(
  {
    id: 'probe-exec-missing-binary',
    title: 'Command of a probe does not exist in the container',
    breaks: ['readiness', 'container-exit', 'availability'],
    docs: {
      means: 'The probe runs a command that the image does not have, so it can never succeed.',
      decides:
        'The runtime says that the executable is not found, or a shell in the probe says that the command is not found.',
      silent: 'For liveness probes that the runtime cannot run: such a result is thrown away and kills nothing.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const command = (facts.probe.exec?.command ?? []).join(' ').slice(0, 160);
    return {
      message: `${capital(group.words)} ${consequence(group)}: the command of its ${facts.kind} probe does not exist in the container`,
      cause: `The ${facts.kind} probe of container "${group.container}" runs "${command}", which fails with "${facts.said}".`,
      evidence: facts.evidence,
      fixes: [
        editByHand(group, `Use a probe that container "${group.container}" can run`, [
          'httpGet, tcpSocket and grpc probes need nothing in the image; an exec probe needs its program, and a shell for shell words.',
          'A command with arguments is a list of words, not one string.',
        ]),
        ...whatItSays(group).slice(0, -1),
      ],
    };
  },
);
