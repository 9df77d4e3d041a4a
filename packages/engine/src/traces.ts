import { ownerChain, presentObject } from '@kroot/graph';
import {
  refKey,
  sameRef,
  type AnalyzerContext,
  type Impact,
  type ReportHop,
  type ResourceRef,
  type Trace,
} from '@kroot/types';
import { breaksOf, isLoop, type CausalLink, type CausalLinks } from './causal-links.ts';
import { type RootCauses } from './root-causes.ts';
import { type FindingNode } from './run-analyzers.ts';

/** A chain loses a little certainty with every hop. */
const HOP_CONFIDENCE = 0.95;
/** Of one root at most this many chains are told; the rest are like them. */
const MAX_TRACES = 8;
const MAX_STARTS = 40;

/** Kinds by how far out they are: what users meet first comes first. */
const OUTERMOST = [
  'Ingress',
  'HorizontalPodAutoscaler',
  'Service',
  'CronJob',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
];

interface Ways {
  readonly links: CausalLinks;
  readonly causes: RootCauses;
}

/**
 * The chains that end at a root, the outermost symptoms first, ways of another form before more of the same. Where nothing
 * that the root hits shows a symptom of its own yet, the objects that its finding was made from begin the chains.
 */
export function tracesOf(
  root: FindingNode,
  members: readonly FindingNode[],
  {
    snapshot,
    graph,
    impact,
    ...ways
  }: Ways & Pick<AnalyzerContext, 'snapshot' | 'graph'> & { readonly impact: Impact },
): readonly Trace[] {
  const caused = new Set<number>();
  for (const member of members) {
    for (const { to } of ways.links.from[member.index] ?? []) if (to !== member) caused.add(to.index);
  }
  const outer = members
    .filter(({ index }) => !caused.has(index) && index !== root.index)
    .toSorted((a, b) => rank(a) - rank(b) || a.index - b.index)
    .slice(0, MAX_STARTS);
  const followed = outer.map((start) => follow(start, root, ways));
  const told = new Set(followed.flatMap(({ chain }) => chain.map((ref) => refKey(ref))));
  const silent = (root.finding.affects ?? []).filter((ref) => !told.has(refKey(ref))).slice(0, MAX_STARTS);
  const stated = silent.map((ref) => statedTrace(root, outwards(ref, { snapshot, graph, impact })));
  const traces = variedFirst([...followed, ...stated]).slice(0, MAX_TRACES);
  return traces.length > 0
    ? traces
    : [{ chain: [root.finding.subject], hops: [], confidence: root.finding.confidence }];
}

/** Ways of another form first; of ways that differ only in the replica one is told. */
function variedFirst(traces: readonly Trace[]): readonly Trace[] {
  const shapes = new Set<string>();
  const told = new Set<string>();
  const fresh: Trace[] = [];
  const alike: Trace[] = [];
  for (const trace of traces) {
    const stable = trace.chain.filter(({ kind }) => kind !== 'Pod' && kind !== 'ReplicaSet');
    const key = stable.map((ref) => refKey(ref)).join('>');
    const shape = trace.chain.map(({ kind }) => kind).join('>');
    if (told.has(key) && stable.length > 1) continue;
    told.add(key);
    (shapes.has(shape) ? alike : fresh).push(trace);
    shapes.add(shape);
  }
  return [...fresh, ...alike];
}

/** An object and what stands above it: its owners, the hit Service that selects it and an Ingress that routes there. */
function outwards(
  ref: ResourceRef,
  { snapshot, graph, impact }: Pick<AnalyzerContext, 'snapshot' | 'graph'> & { readonly impact: Impact },
): readonly ResourceRef[] {
  const object = presentObject(snapshot, ref);
  const owners = object === undefined ? [] : ownerChain(snapshot, object);
  const hit = new Set(impact.services.map((service) => refKey(service)));
  const service = graph
    .dependents(ref)
    .find(({ relation, from }) => relation === 'selects' && hit.has(refKey(from)))?.from;
  const route =
    service === undefined
      ? undefined
      : graph.dependents(service).find(({ relation }) => relation === 'routes-to')?.from;
  return [route, service, ...owners.toReversed(), ref].filter((step) => step !== undefined);
}

/** A chain that rests on the finding itself: every step is structure, only the last is the cause. */
function statedTrace(root: FindingNode, steps: readonly ResourceRef[]): Trace {
  const { finding } = root;
  const [mechanism] = breaksOf(root);
  const before = steps.filter((step) => !sameRef(step, finding.subject));
  const chain = before.length < steps.length ? steps : [...before, finding.subject];
  const hops =
    mechanism === undefined ? [] : chain.slice(1).map((to, i) => ({ from: chain[i] ?? to, to, mechanism, state: '' }));
  return { chain, hops, confidence: finding.confidence * HOP_CONFIDENCE ** hops.length };
}

function rank({ finding }: FindingNode): number {
  const at = OUTERMOST.indexOf(finding.subject.kind);
  return at === -1 ? OUTERMOST.length : at;
}

function follow(start: FindingNode, root: FindingNode, { links, causes }: Ways): Trace {
  const hops: ReportHop[] = [];
  const chain: ResourceRef[] = [start.finding.subject];
  const seen = new Set([start.index]);
  let at = start;
  while (at !== root) {
    const link: CausalLink | undefined = (links.from[at.index] ?? []).find(
      ({ to }) => !seen.has(to.index) && (to === root || causes.rootsOf[to.index]?.has(root.index) === true),
    );
    if (link === undefined) break;
    seen.add(link.to.index);
    hops.push(...hopsOf(link));
    for (const ref of [...link.via, link.to.finding.subject])
      if (!chain.some((known) => sameRef(known, ref))) chain.push(ref);
    at = link.to;
  }
  const steps = Math.max(chain.length - 1, 0);
  return { chain, hops, confidence: root.finding.confidence * HOP_CONFIDENCE ** steps };
}

/** The hops of a link: one for each object that it passes. A workload that suffers from its own template is no hop. */
function hopsOf(link: CausalLink): readonly ReportHop[] {
  if (isLoop(link)) return [];
  const stops = [link.from.finding.subject, ...link.via, link.to.finding.subject];
  const state = link.from.finding.state ?? link.from.finding.message;
  return stops.slice(1).map((to, i) => ({
    from: stops[i] ?? to,
    to,
    mechanism: link.mechanism,
    ...(link.relation === undefined ? {} : { relation: link.relation }),
    state: i === 0 ? state : '',
  }));
}
