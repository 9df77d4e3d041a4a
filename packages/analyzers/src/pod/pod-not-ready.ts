import { conditionOf, eventsOf, podState, type PodState, type Stage } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Evidence, type Finding, type Snapshot } from '@kroot/types';
import { fromCondition, fromContainer, fromEvent } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';

/** Reports each pod that should be further than it is: the symptom that most faults show as. */
export const podNotReady: Analyzer = {
  meta: {
    id: 'pod-not-ready',
    title: 'Pod is held up before it is ready',
    role: 'symptom',
    severity: 'warning',
    reads: ['Pod', 'Node', 'Event'],
    waitsFor: [
      'scheduling',
      'node-admission',
      'volume',
      'sandbox',
      'image',
      'container-config',
      'container-start',
      'container-exit',
      'readiness',
      'node-lost',
      'dependency',
    ],
    breaks: ['availability', 'endpoints'],
    docs: {
      means: 'A pod has stood at one stage of its start for longer than that stage may take.',
      decides:
        'The stage is read in the order of the kubelet: scheduling, volumes, sandbox, init containers, image, configuration, start, exit, probes. Only the first stage that is not done counts.',
      silent:
        'For finished pods, pods that are being deleted, and pods inside the grace of their stage (60 s unscheduled, 120 s for volumes, the budget of the probes, 5 min without any news).',
      references: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/'],
    },
  },
  *analyze({ snapshot }) {
    for (const pod of snapshot.list('Pod')) {
      const state = podState(snapshot, pod);
      if (state.blocked) yield finding(snapshot, state);
    }
  },
};

function finding(snapshot: Snapshot, state: PodState): Finding {
  const since = state.since === undefined ? undefined : new Date(state.since).toISOString();
  return {
    rule: podNotReady.meta.id,
    subject: state.ref,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', since),
    message: `${inWords(state.ref)} ${words(state)}`,
    cause: `The pod ${words(state)}.`,
    state: words(state),
    evidence: evidenceOf(snapshot, state),
    ...(state.mechanism === undefined ? {} : { waitsFor: [state.mechanism] }),
    fixes: [],
  };
}

function evidenceOf(snapshot: Snapshot, { ref, pod, culprit, event, stage }: PodState): readonly Evidence[] {
  if (event !== undefined) return [fromEvent(event, ref)];
  if (culprit !== undefined) return [fromContainer(ref, culprit)];
  const failed = eventsOf(snapshot, pod).find(({ reason }) => reason === 'FailedScheduling');
  if (stage === 'unscheduled' && failed !== undefined) return [fromEvent(failed, ref)];
  const type = stage === 'unscheduled' || stage === 'gated' ? 'PodScheduled' : 'Ready';
  const condition = conditionOf(pod.status?.conditions, type);
  if (condition !== undefined) return [fromCondition(ref, condition)];
  return [{ source: 'status', ref, path: 'status.phase', quote: pod.status?.phase ?? 'none' }];
}

const WORDS: Readonly<Partial<Record<Stage, string>>> = {
  gated: 'waits for its scheduling gates',
  unscheduled: 'fits on no node',
  rejected: 'is refused by its node',
  volumes: 'waits for its volumes',
  sandbox: 'gets no sandbox',
  gates: 'waits for its readiness gates',
  'node-lost': 'is on a node that is lost',
};

function words(state: PodState): string {
  const { stage, culprit, pod } = state;
  const container = culprit === undefined ? 'a container' : `container "${culprit.name}"`;
  if (stage === 'unscheduled' && conditionOf(pod.status?.conditions, 'PodScheduled') === undefined) {
    return 'waits for a scheduler';
  }
  return WORDS[stage] ?? containerWords(state, container) ?? 'is not starting, and nothing says why';
}

function containerWords({ stage, culprit }: PodState, container: string): string | undefined {
  if (stage === 'image') return `cannot pull the image of ${container}`;
  if (stage === 'config') return `cannot configure ${container}`;
  if (stage === 'create' || stage === 'start') return `cannot start ${container}`;
  if (stage === 'exit') return exitWords(container, culprit?.terminated?.exitCode);
  if (stage === 'init-running') return `waits for init ${container}`;
  return stage === 'startup' || stage === 'readiness' ? `has ${container} running but not ready` : undefined;
}

function exitWords(container: string, exitCode: number | undefined): string {
  return exitCode === undefined
    ? `has ${container} ending again and again`
    : `has ${container} ending with exit code ${exitCode}`;
}
