import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { probeFacts } from '../support/probe-fault.ts';
import { addStartupProbe, whatItSays } from '../support/probe-fixes.ts';
import { CONFIDENCE } from '@kroot/types';
import { fromEvent } from '../support/evidence.ts';
import { probeBudget, probeKills } from '../support/probe-events.ts';
import { span } from '../support/words.ts';

/** Reports liveness probes that kill a container before it can be up. */
export const livenessTooAggressive: Analyzer = containerFault(
  {
    id: 'liveness-too-aggressive',
    title: 'Liveness probe leaves the container no time to start',
    breaks: ['container-exit', 'readiness', 'availability'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The liveness probe asks the right port, but so early and so impatiently that the program is killed each time before it is up. Nothing else holds the probe back.',
      decides:
        'A liveness kill loop without a startup probe, on a plausible port, whose runs end as soon as initialDelaySeconds and the allowed failures are over; and the budget is below 15 s, or the container has never become ready.',
      silent:
        'When the program ran well for longer before a kill (then it hangs), and when port or protocol of the probe are wrong.',
      falsePositives: 'A program that would never come up at all.',
      references: [
        'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = facts.probe;
    const { first } = group;
    const budget = span(probeBudget(facts.probe));
    const kills = probeKills(group.snapshot, first.pod, first.state, 'liveness');
    return {
      message: `${capital(group.words)} is killed ${budget} after each start: its liveness probe leaves it no time`,
      cause: `The liveness probe of container "${group.container}" (${facts.does.slice(0, 160)}) begins after ${initialDelaySeconds} s and kills at failure ${failureThreshold}, ${periodSeconds} s apart, so the program has about ${budget} to come up${facts.said === '' ? '' : `; it fails with "${facts.said}"`}.`,
      confidence: first.unsaid === true ? CONFIDENCE.heuristic : CONFIDENCE.strong,
      evidence: [
        ...(kills === undefined || first.event === kills.event ? [] : [fromEvent(kills.event, first.pod.ref)]),
        ...facts.evidence,
      ],
      detail: { container: group.container },
      fixes: [addStartupProbe(group, facts), ...whatItSays(group)],
    };
  },
);
