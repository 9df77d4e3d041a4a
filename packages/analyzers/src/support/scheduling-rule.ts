import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerMeta,
  type Evidence,
  type Finding,
  type Fix,
  type Severity,
} from '@kroot/types';
import { computed } from './evidence.ts';
import { sinceOf } from './group-pods.ts';
import { inWords } from './kubectl.ts';
import { otherNodes } from './kept-out.ts';
import { optional } from './optional.ts';
import { unschedulableGroups, type SchedulingRule, type UnschedulableGroup } from './unschedulable.ts';
import { counted, inline, listed } from './words.ts';

/** What a rule says about a group of pods that fits on no node. */
export interface SchedulingStory {
  /** Completes `Deployment prod/api fits on no node: …`. */
  readonly why: string;
  /** One sentence. */
  readonly cause: string;
  readonly evidence?: readonly Evidence[];
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
  readonly discriminator?: string;
  readonly severity?: Severity;
  /** The object that is wrong, when it is not the workload. */
  readonly subject?: Finding['subject'];
}

type Words = Pick<AnalyzerMeta, 'title'> & Pick<AnalyzerMeta['docs'], 'means' | 'decides' | 'silent'>;

const SCHEDULER_DOCS = 'https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/';

/** Makes a rule over the pods that one obstacle keeps from every node. */
export function schedulingRule(
  id: SchedulingRule,
  words: Words & {
    readonly references?: readonly string[];
    readonly reads?: readonly string[];
    readonly severity?: Severity;
  },
  tell: (group: UnschedulableGroup) => SchedulingStory,
): Analyzer {
  const { title, means, decides, silent, references = [], reads = [], severity = 'critical' } = words;
  return {
    meta: {
      id,
      title,
      role: 'fault',
      severity,
      reads: ['Pod', 'Node', 'Event', ...reads],
      breaks: ['scheduling'],
      docs: { means, decides, silent, references: [...references, SCHEDULER_DOCS] },
    },
    *analyze({ snapshot }) {
      for (const group of unschedulableGroups(snapshot, id)) yield finding(id, severity, group, tell(group));
    },
  };
}

function finding(rule: SchedulingRule, severity: Severity, group: UnschedulableGroup, story: SchedulingStory): Finding {
  const { owner, pods, first } = group;
  const pod = inWords(owner);
  return {
    rule,
    subject: story.subject ?? owner,
    ...optional('discriminator', story.discriminator),
    severity: story.severity ?? severity,
    confidence: first.reason === undefined ? CONFIDENCE.strong : confidenceOf(group),
    ...optional('since', sinceOf(pods.map(({ state }) => state))),
    message: `${owner.kind === 'Pod' ? pod : `A pod of ${pod}`} fits on no node: ${story.why}`,
    cause: story.cause,
    state: story.why,
    evidence: [...first.evidence, ...(story.evidence ?? []), ...nodeEvidence(group)].slice(0, 5),
    affects: pods.map(({ state }) => state.ref),
    fixes: story.fixes,
    notes: [...(story.notes ?? []), ...otherReasons(group)],
  };
}

/** The replay together with the scheduler's words is a statement; alone it is a proof, if everything was there to see. */
function confidenceOf({ first }: UnschedulableGroup): number {
  if (first.evidence.length > 0) return CONFIDENCE.stated;
  return first.replay.complete ? CONFIDENCE.proved : CONFIDENCE.strong;
}

function nodeEvidence({ first }: UnschedulableGroup): readonly Evidence[] {
  const { replay, state } = first;
  if (replay.nodes.length === 0) return [];
  const text = otherNodes(replay, new Set());
  return text === '' ? [] : [computed(state.ref, `replayed for ${counted(replay.nodes.length, 'node')}: ${text}`)];
}

function otherReasons({ first }: UnschedulableGroup): readonly string[] {
  const { others } = first;
  if (others.length === 0) return [];
  const parts = others.map(
    ({ rejection, nodes }) => `${obstacle(rejection)} on ${listed(nodes.map(({ name }) => name))}`,
  );
  return [`Other nodes refuse the pod for other reasons: ${listed(parts)}.`];
}

function obstacle(rejection: UnschedulableGroup['first']['others'][number]['rejection']): string {
  switch (rejection.plugin) {
    case 'NodeUnschedulable':
      return 'a cordon';
    case 'TaintToleration':
      return `taint ${rejection.key}${rejection.value === '' ? '' : `=${rejection.value}`}:${rejection.effect}`;
    case 'NodeResourcesFit':
      return `too little ${rejection.resource}`;
    case 'NodeAffinity':
      return 'the node selector or affinity';
    case 'InterPodAffinity':
      return `pod ${rejection.kind === 'affinity' ? 'affinity' : 'anti-affinity'}`;
    case 'PodTopologySpread':
      return `topology spread over ${rejection.topologyKey}`;
    case 'NodePorts':
      return `host port ${rejection.port}`;
    default:
      return 'its volumes';
  }
}

/** The scheduler's words inside a sentence, for rules that have nothing better. */
export function schedulerWords({ first }: UnschedulableGroup): string {
  const said = first.said?.text ?? first.evidence[0]?.quote ?? 'no node fits';
  return `the scheduler says: ${inline(said)}`;
}
