import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { portContrast, probeFacts, type ProbeFacts } from '../support/probe-fault.ts';
import { addStartupProbe, changePort, changeTimeout, runProbeByHand, whatItSays } from '../support/probe-fixes.ts';
import { CONFIDENCE, type Fix } from '@kroot/types';
import { type FaultGroup } from '../support/container-fault.ts';
import { editByHand } from '../support/container-fixes.ts';
import { fromEvent } from '../support/evidence.ts';
import { probeKills } from '../support/probe-events.ts';

/** Reports containers that their liveness probe kills again and again. */
export const livenessKillLoop: Analyzer = containerFault(
  {
    id: 'liveness-kill-loop',
    title: 'Liveness probe kills the container again and again',
    breaks: ['container-exit', 'readiness', 'availability'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The program does not end by itself: the kubelet kills it because its liveness probe fails, each time anew. The exit code (137, 143, or whatever the program makes of SIGTERM) says nothing.',
      decides:
        'At least two restarts, Killing events "failed liveness probe" (or enough failures of the probe and an end by signal), and a present run not clearly longer than the last one.',
      silent:
        'When the container has since run much longer than before its last kill, for OOMKilled, and when the probe itself errors (that kills nothing).',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const contrast = portContrast(facts);
    const { first } = group;
    const kills = probeKills(group.snapshot, first.pod, first.state, 'liveness');
    const times = first.kills === undefined || first.kills < 2 ? 'again and again' : `${first.kills} times`;
    return {
      message: `${capital(group.words)} is killed again and again by its liveness probe${contrast === '' || facts.port === undefined ? '' : `, which asks port ${facts.port}`}`,
      cause: `The kubelet killed container "${group.container}" ${times}, because its liveness probe (${facts.does.slice(0, 160)}) fails${facts.said === '' ? '' : ` with "${facts.said}"`}${contrast}.`,
      confidence: first.unsaid === true ? CONFIDENCE.strong : CONFIDENCE.stated,
      evidence: [
        ...(kills === undefined || first.event === kills.event ? [] : [fromEvent(kills.event, first.pod.ref)]),
        ...facts.evidence,
      ],
      detail: { container: group.container },
      notes: notesOf(group, facts),
      fixes: fixesOf(group, facts, contrast),
    };
  },
);

function notesOf({ first }: FaultGroup, facts: ProbeFacts): readonly string[] {
  const { readinessProbe } = first.state.container;
  const same =
    readinessProbe !== undefined &&
    JSON.stringify(readinessProbe.httpGet ?? null) === JSON.stringify(facts.probe.httpGet ?? 0);
  return same && (first.failure?.status ?? 0) >= 500
    ? [
        'Liveness and readiness ask the same path: if that looks at a dependency, a restart repairs nothing; let liveness look at the process only.',
      ]
    : [];
}

function fixesOf(group: FaultGroup, facts: ProbeFacts, contrast: string): readonly Fix[] {
  const { failure } = group.first;
  if (contrast !== '') return [changePort(group, facts), ...whatItSays(group)];
  if (failure?.failure === 'timeout' || failure?.failure === 'command-timeout')
    return [changeTimeout(group, facts), ...whatItSays(group)];
  if (facts.probe.exec !== undefined) return [runProbeByHand(group, facts), ...whatItSays(group)];
  if (failure?.failure === 'http-status') return [...whatItSays(group), correctPath(group, facts, failure.status ?? 0)];
  return [...whatItSays(group), addStartupProbe(group, facts)];
}

function correctPath(group: FaultGroup, { probe }: ProbeFacts, status: number): Fix {
  const path = probe.httpGet?.path ?? '/';
  return status >= 500
    ? editByHand(group, `Let the liveness probe of container "${group.container}" look at the process alone`, [
        `${path} answers ${status}: if it checks a database or another service, a restart repairs nothing; leave that to readiness.`,
      ])
    : editByHand(group, `Correct the path of the liveness probe of container "${group.container}"`, [
        `${path} is answered with ${status}; ask for a path that the program serves without a login.`,
      ]);
}
