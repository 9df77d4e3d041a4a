import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { portContrast, probeFacts } from '../support/probe-fault.ts';
import { changePort, whatItSays } from '../support/probe-fixes.ts';
import { CONFIDENCE } from '@kroot/types';
import { changeContainer } from '../support/container-fixes.ts';
import { fromEvent } from '../support/evidence.ts';
import { probeBudget, probeKills } from '../support/probe-events.ts';
import { span } from '../support/words.ts';

/** Reports containers that do not start within what their startup probe allows. */
export const startupProbeExhausted: Analyzer = containerFault(
  {
    id: 'startup-probe-exhausted',
    title: 'Startup probe never succeeds',
    breaks: ['readiness', 'container-exit', 'availability'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The startup probe fails until its failures are used up, and the kubelet restarts the container; readiness and liveness probes never begin.',
      decides:
        'Killing events "failed startup probe", or failures of the startup probe beyond its budget on a container that is not started. The exit code that the kill leaves (also 0) does not matter.',
      silent: 'For failures inside the budget, which are normal, and once the container has started.',
      references: [
        'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const { first } = group;
    const budget = span(probeBudget(facts.probe));
    const kills = probeKills(group.snapshot, first.pod, first.state, 'startup');
    const contrast = portContrast(facts);
    const said = facts.said === '' ? '' : ` with "${facts.said}"`;
    const killed =
      first.kills === undefined
        ? ''
        : `, and the kubelet killed the container ${first.kills === 1 ? 'once' : `${first.kills} times`} for it`;
    const { failureThreshold = 3 } = facts.probe;
    return {
      message: `${capital(group.words)} never gets past its startup probe`,
      cause: `The startup probe of container "${group.container}" (${facts.does.slice(0, 160)}) fails${said} for all of its ${budget}${killed}${contrast}.`,
      confidence: CONFIDENCE.stated,
      evidence: [
        ...(kills === undefined || first.event === kills.event ? [] : [fromEvent(kills.event, first.pod.ref)]),
        ...facts.evidence,
      ],
      detail: { container: group.container },
      notes:
        first.failure?.failure === 'refused'
          ? [
              'Connection refused on every try: the program is slow, not started, or its health port listens on localhost only, where the kubelet cannot reach it.',
            ]
          : [],
      fixes: [
        ...(contrast === '' ? [] : [changePort(group, facts)]),
        ...whatItSays(group),
        changeContainer(
          group,
          `Give container "${group.container}" more time to start`,
          [`${failureThreshold} failures are ${budget}; this helps only if the program does come up in the end.`],
          [{ op: 'add', path: 'startupProbe/failureThreshold', value: Math.max(30, failureThreshold * 2) }],
        ),
      ],
    };
  },
);
