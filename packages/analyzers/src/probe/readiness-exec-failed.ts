import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { readCrashWords } from '../messages/crash-words.ts';
import { containerFault } from '../support/container-fault.ts';
import { optional } from '../support/optional.ts';
import { peerOf } from '../support/peer.ts';
import { probeConfidence, probeFacts } from '../support/probe-fault.ts';
import { runProbeByHand, whatItSays } from '../support/probe-fixes.ts';

/** Reports readiness commands that run and say no. */
export const readinessExecFailed: Analyzer = containerFault(
  {
    id: 'readiness-exec-failed',
    title: 'Readiness command of the container fails',
    breaks: ['readiness'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The container checks itself with a command, and the command says that it is not ready: the program, or something that it needs, is not well.',
      decides:
        'Failures of an exec readiness probe whose words are the output of the command, not an error of the runtime.',
      silent: 'Inside the budget of the probes, and when the command does not exist (probe-exec-missing-binary).',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const said = facts.said === '' ? 'the command prints nothing' : `it prints "${facts.said}"`;
    const peer = peerOf(group.snapshot, readCrashWords(group.first.failure?.text), group.owner.namespace);
    return {
      message: `${capital(group.words)} is not ready: its readiness command fails`,
      cause: `The readiness command of container "${group.container}" (${facts.does.slice(0, 160)}) ends with a failure, and ${said}.`,
      confidence: probeConfidence(group),
      evidence: facts.evidence,
      ...optional('because', peer?.because),
      notes: peer?.note === undefined ? [] : [peer.note],
      fixes: [runProbeByHand(group, facts), ...whatItSays(group)],
    };
  },
);
