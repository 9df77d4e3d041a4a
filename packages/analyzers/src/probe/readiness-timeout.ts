import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { portContrast, probeConfidence, probeFacts, type ProbeFacts } from '../support/probe-fault.ts';
import { changePort, changeTimeout, whatItSays } from '../support/probe-fixes.ts';
import { type FaultGroup } from '../support/container-fault.ts';

/** Reports readiness probes that get no answer in time. */
export const readinessTimeout: Analyzer = containerFault(
  {
    id: 'readiness-timeout',
    title: 'Readiness probe gets no answer in time',
    breaks: ['readiness'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The readiness probe is answered too late or not at all: the timeout is too short, the program is throttled or hangs, or it waits for something itself.',
      decides:
        'Failures of the readiness probe with deadline or timeout words; of gRPC probes also those that cannot connect to a port which is the right one by all that the spec says.',
      silent: 'Inside the budget of the probes.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const timeout = facts.probe.timeoutSeconds ?? 1;
    return {
      message: `${capital(group.words)} is not ready: its readiness probe gets no answer within ${timeout} s`,
      cause: `The readiness probe (${facts.does.slice(0, 160)}) of container "${group.container}" fails with "${facts.said}"${portContrast(facts)}.`,
      confidence: probeConfidence(group),
      evidence: facts.evidence,
      notes: throttleNote(group),
      fixes:
        portContrast(facts) === '' ? [changeTimeout(group, facts), ...whatItSays(group)] : fixesByPort(group, facts),
    };
  },
);

function fixesByPort(group: FaultGroup, facts: ProbeFacts): ReturnType<typeof whatItSays> {
  return [changePort(group, facts), changeTimeout(group, facts), ...whatItSays(group)];
}

function throttleNote({ first }: FaultGroup): readonly string[] {
  const cpu = first.state.container.resources?.limits?.['cpu'];
  return cpu === undefined ? [] : [`The container may use ${cpu} of CPU at most; a throttled program answers late.`];
}
