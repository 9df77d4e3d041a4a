import { sameRef, type ReportHop, type ResourceRef, type Trace } from '@kroot/types';
import { isLoop, type CausalLink, type CausalLinks } from './causal-links.ts';
import { type RootCauses } from './root-causes.ts';
import { type FindingNode } from './run-analyzers.ts';

/** A chain loses a little certainty with every hop. */
const HOP_CONFIDENCE = 0.95;
/** Of one root at most this many chains are told; the rest are like them. */
const MAX_TRACES = 5;

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

/** The chains that end at a root: the outermost symptoms first, one for each kind of way. */
export function tracesOf(
  root: FindingNode,
  members: readonly FindingNode[],
  { links, causes }: { readonly links: CausalLinks; readonly causes: RootCauses },
): readonly Trace[] {
  const caused = new Set<number>();
  for (const member of members) {
    for (const { to } of links.from[member.index] ?? []) if (to !== member) caused.add(to.index);
  }
  const outer = members.filter(({ index }) => !caused.has(index) && index !== root.index);
  const starts = (outer.length > 0 ? outer : [root]).toSorted((a, b) => rank(a) - rank(b) || a.index - b.index);
  const traces: Trace[] = [];
  const shapes = new Set<string>();
  for (const start of starts) {
    if (traces.length >= MAX_TRACES) break;
    const trace = follow(start, root, { links, causes });
    const shape = trace.chain.map(({ kind }) => kind).join('>');
    if (shapes.has(shape)) continue;
    shapes.add(shape);
    traces.push(trace);
  }
  return traces;
}

function rank({ finding }: FindingNode): number {
  const at = OUTERMOST.indexOf(finding.subject.kind);
  return at === -1 ? OUTERMOST.length : at;
}

function follow(
  start: FindingNode,
  root: FindingNode,
  { links, causes }: { readonly links: CausalLinks; readonly causes: RootCauses },
): Trace {
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
