import { isConditionTaint, type Rejection } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerMeta,
  type Evidence,
  type Finding,
  type Fix,
  type Mechanism,
  type Severity,
} from '@kroot/types';
import { computed } from './evidence.ts';
import { sinceOf } from './group-pods.ts';
import { otherNodes } from './kept-out.ts';
import { inWords } from './kubectl.ts';
import { optional } from './optional.ts';
import { type SchedulingRule } from './rule-of-rejection.ts';
import { type Templated } from './template-patch.ts';
import { unschedulableGroups, type UnschedulableGroup } from './unschedulable.ts';
import { counted, inline, listed } from './words.ts';

/** What a rule says about a group of pods that fits on no node. */
export interface SchedulingStory {
  /** Completes `A pod of Deployment prod/api fits on no node: …`. */
  readonly why: string;
  /** In place of that headline. */
  readonly message?: string;
  /** One sentence. */
  readonly cause: string;
  readonly evidence?: readonly Evidence[];
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
  readonly discriminator?: string;
  readonly severity?: Severity;
  /** What made it so, where the objects tell. */
  readonly because?: Finding['because'];
}

type Words = Pick<AnalyzerMeta, 'title'> &
  Pick<AnalyzerMeta['docs'], 'means' | 'decides' | 'silent' | 'falsePositives'>;

const SCHEDULER_DOCS = 'https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/';

/** Makes a rule over the pods that one obstacle keeps from every node. */
export function schedulingRule(
  id: SchedulingRule,
  words: Words & {
    readonly references?: readonly string[];
    readonly reads?: readonly string[];
    readonly severity?: Severity;
    readonly breaks?: readonly Mechanism[];
    readonly waitsFor?: readonly Mechanism[];
  },
  tell: (group: UnschedulableGroup) => SchedulingStory,
): Analyzer {
  const {
    title,
    references = [],
    reads = [],
    severity = 'critical',
    breaks = ['scheduling'],
    waitsFor,
    ...docs
  } = words;
  return {
    meta: {
      id,
      title,
      role: 'fault',
      severity,
      reads: ['Pod', 'Node', 'Event', ...reads],
      breaks,
      ...optional('waitsFor', waitsFor),
      docs: { ...docs, references: [...references, SCHEDULER_DOCS] },
    },
    *analyze({ snapshot }) {
      for (const group of unschedulableGroups(snapshot, id)) {
        const story = tell(group);
        const told = finding(id, severity, group, story);
        // A rule that may wait for another one does so only where it says for which.
        yield waitsFor === undefined || story.because !== undefined ? told : { ...told, waitsFor: [] };
      }
    },
  };
}

function finding(rule: SchedulingRule, severity: Severity, group: UnschedulableGroup, story: SchedulingStory): Finding {
  const { owner, pods } = group;
  const pod =
    owner.kind === 'Pod'
      ? inWords(owner)
      : `${pods.length === 1 ? 'A pod' : `${pods.length} pods`} of ${inWords(owner)}`;
  const notes = [...(story.notes ?? []), ...otherReasons(group), ...outdatedNote(group), ...group.first.notes];
  return {
    rule,
    subject: owner,
    ...optional('discriminator', story.discriminator),
    severity: story.severity ?? severity,
    confidence: confidenceOf(group),
    ...optional('since', sinceOf(pods.map(({ state }) => state))),
    message: story.message ?? `${pod} ${pods.length === 1 ? 'fits' : 'fit'} on no node: ${story.why}`,
    cause: story.cause,
    state: story.why,
    ...optional('because', story.because ?? sickNodes(group)),
    evidence: [...group.first.evidence, ...(story.evidence ?? []), ...nodeEvidence(group)].slice(0, 5),
    affects: [
      ...pods.map(({ state }) => state.ref),
      // Pods inside their grace are no symptoms of their own that would lead from the workload to here.
      ...(pods.every(({ state }) => state.blocked) ? [] : [owner]),
    ],
    fixes: story.fixes,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** Nodes that would take the pod if they were well: what is short elsewhere is short because of them. */
function sickNodes({ first }: UnschedulableGroup): Finding['because'] {
  const sick = first.replay.nodes.filter(
    ({ rejections }) => rejections.length > 0 && rejections.every((rejection) => isConditionTaint(rejection)),
  );
  return sick.length === 0 || first.replay.everywhere.length > 0
    ? undefined
    : sick.map(({ node }) => ({ ref: node, mechanism: 'scheduling' }));
}

/** The replay together with the scheduler's words is a statement; alone it is a proof, if everything was there to see. */
function confidenceOf({ first }: UnschedulableGroup): number {
  if (first.reason === undefined) return isOutdated(first) ? CONFIDENCE.heuristic : CONFIDENCE.strong;
  if (first.evidence.length > 0) return CONFIDENCE.stated;
  return first.replay.complete ? CONFIDENCE.proved : CONFIDENCE.strong;
}

/** By all that can be seen the scheduler would find a node now. */
function isOutdated({ replay, evidence }: UnschedulableGroup['first']): boolean {
  return replay.complete && replay.feasible.length > 0 && evidence.length > 0;
}

function outdatedNote({ first }: UnschedulableGroup): readonly string[] {
  if (first.reason !== undefined || first.replay.feasible.length === 0 || first.evidence.length === 0) return [];
  const nodes = listed(first.replay.feasible.map(({ name }) => name));
  const why = first.replay.complete
    ? 'the scheduler tries again within five minutes, and may not have done so yet'
    : 'but not everything that counts is in the capture';
  return [`By what the capture holds ${nodes} would take the pod now; ${why}.`];
}

function nodeEvidence({ first }: UnschedulableGroup): readonly Evidence[] {
  const { replay, state } = first;
  const text = otherNodes(replay, new Set());
  return text === '' ? [] : [computed(state.ref, `of ${counted(replay.nodes.length, 'node')}: ${text}`)];
}

function otherReasons({ first }: UnschedulableGroup): readonly string[] {
  // Anti-affinity between pods of one template stands in the way twice: the pod's own and that of the pods in place.
  const others = first.others.filter(
    ({ rejection }) => rejection.plugin !== 'InterPodAffinity' || first.reason?.rejection.plugin !== 'InterPodAffinity',
  );
  if (others.length === 0) return [];
  const parts = others.map(
    ({ rejection, nodes }) => `${obstacle(rejection)} on ${listed(nodes.map(({ name }) => name))}`,
  );
  return [`Besides: ${listed(parts)}.`];
}

const OBSTACLES: ReadonlyMap<string, string> = new Map([
  ['NodeUnschedulable', 'a cordon'],
  ['NodeAffinity', 'the node selector or affinity'],
  ['NodeName', 'another nodeName'],
]);

function obstacle(rejection: Rejection): string {
  const { plugin } = rejection;
  if (plugin === 'TaintToleration') return `taint ${taintWords(rejection)}`;
  if (plugin === 'NodeResourcesFit') return `too little ${rejection.resource}`;
  if (plugin === 'InterPodAffinity') return `pod ${rejection.kind === 'affinity' ? 'affinity' : 'anti-affinity'}`;
  if (plugin === 'PodTopologySpread') return `topology spread over ${rejection.topologyKey}`;
  if (plugin === 'NodePorts') return `host port ${rejection.port}`;
  return OBSTACLES.get(plugin) ?? 'its volumes';
}

/** A taint as kubectl prints it. */
export function taintWords(taint: { readonly key: string; readonly value: string; readonly effect: string }): string {
  return `${taint.key}${taint.value === '' ? '' : `=${taint.value}`}:${taint.effect}`;
}

/** The scheduler's words inside a sentence, for rules that have nothing better. */
export function schedulerWords({ first }: UnschedulableGroup): string {
  const said = first.said?.text ?? first.evidence[0]?.quote ?? 'no node fits';
  return `the scheduler says "${inline(said)}"`;
}

/** The workload of a group and its template, for patches. */
export function templated({ owner, first }: UnschedulableGroup): Templated {
  return { owner, template: first.template };
}
