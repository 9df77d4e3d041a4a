import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { portContrast, probeConfidence, probeFacts } from '../support/probe-fault.ts';
import { changePort, whatItSays } from '../support/probe-fixes.ts';

/** Reports readiness probes whose port nobody answers on. */
export const readinessConnRefused: Analyzer = containerFault(
  {
    id: 'readiness-conn-refused',
    title: 'Nothing answers on the port of the readiness probe',
    breaks: ['readiness'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The container runs, but its readiness probe finds no listener: it asks the wrong port, the program listens on localhost only, or it is not up yet.',
      decides:
        'Failures of the readiness probe with connection refused or dropped connections. A gRPC probe that cannot connect counts when its port is none that the container declares or its other probes use. Without events: a probe port that the container does not declare, while it declares others.',
      silent: 'Inside the budget of the probes, and for containers that crash (the crash is the cause).',
      falsePositives: 'A container need not declare the ports it listens on.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const { port, does, said } = facts;
    const contrast = portContrast(facts);
    const where =
      port === undefined ? `for its readiness probe (${does})` : `on port ${port}, which its readiness probe asks`;
    return {
      message: `${capital(group.words)} is not ready: nothing answers ${where}`,
      cause: `The readiness probe (${does}) of container "${group.container}" ${said === '' ? 'goes to a port that the container does not declare' : `fails with "${said}"`}${contrast}.`,
      confidence: probeConfidence(group),
      evidence: facts.evidence,
      detail: { container: group.container, ...(port === undefined ? {} : { port }) },
      notes: [
        ...(group.first.unsaid === true
          ? ['No event of the probe is left (events live an hour), so the listening port was judged by the spec alone.']
          : []),
        ...(contrast === ''
          ? ['The port is the one that the spec names everywhere: the program is not listening, or on localhost only.']
          : []),
      ],
      fixes: contrast === '' ? whatItSays(group) : [changePort(group, facts), ...whatItSays(group)],
    };
  },
);
