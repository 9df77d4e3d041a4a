import { carriesBackward, carriesForward, RELATIONS, timeOf } from '@kroot/graph';
import {
  compareRefs,
  refKey,
  sameRef,
  type EdgeView,
  type GraphView,
  type Mechanism,
  type Relation,
  type ResourceRef,
} from '@kroot/types';
import { type FindingNode } from './run-analyzers.ts';

/** `from` does not work because of `to`. */
export interface CausalLink {
  readonly from: FindingNode;
  readonly to: FindingNode;
  readonly mechanism: Mechanism;
  /** The first relation on the way; absent when the evidence itself makes the link. */
  readonly relation?: Relation;
  /** Objects without a finding of their own that lie between, nearest to `from` first. */
  readonly via: readonly ResourceRef[];
}

/** All links by the number of the finding that they start from, strongest first, and the steps that it took. */
export interface CausalLinks {
  readonly from: readonly (readonly CausalLink[])[];
  readonly steps: number;
}

/** How many objects without a finding may lie between a symptom and its cause. */
const MAX_VIA = 3;
/** Causes may be seen a little after their symptom. */
const CLOCK_SKEW = 120_000;
/** Mechanisms whose links are inferred from names and addresses: only an earlier cause counts. */
const INFERRED: ReadonlySet<Mechanism> = new Set(['dependency', 'name-resolution', 'network']);

const RELATION_ORDER: ReadonlyMap<string, number> = new Map(Object.keys(RELATIONS).map((name, i) => [name, i]));

/**
 * Joins findings by what they wait for and what they break: because of the evidence, or along the graph. Links start from
 * all of them, or from those of `asking` only, and are listed in the same order.
 */
export function linkFindings(
  nodes: readonly FindingNode[],
  graph: GraphView,
  asking: readonly FindingNode[] = nodes,
): CausalLinks {
  const linker = new Linker(nodes, graph);
  return { from: asking.map((node) => linker.linksOf(node)), steps: linker.steps };
}

/** What a finding breaks in others. */
export function breaksOf({ finding, meta }: FindingNode): readonly Mechanism[] {
  return finding.breaks ?? meta.breaks ?? [];
}

/** What can explain a finding. */
export function waitsForOf({ finding, meta }: FindingNode): readonly Mechanism[] {
  return finding.waitsFor ?? meta.waitsFor ?? [];
}

class Linker {
  steps = 0;
  private readonly graph: GraphView;
  private readonly bySubject: ReadonlyMap<string, readonly FindingNode[]>;
  private readonly byAffected: ReadonlyMap<string, readonly FindingNode[]>;
  private readonly affected: ReadonlyMap<FindingNode, Affected>;

  constructor(nodes: readonly FindingNode[], graph: GraphView) {
    this.graph = graph;
    this.bySubject = group(nodes, ({ finding }) => [finding.subject]);
    this.byAffected = group(nodes, ({ finding }) => finding.affects ?? []);
    this.affected = new Map(nodes.map((node) => [node, affectedOf(node)]));
  }

  linksOf(node: FindingNode): readonly CausalLink[] {
    const links = new Map<number, CausalLink>();
    const add = (link: CausalLink): void => {
      if (link.to !== node && !links.has(link.to.index) && inTime(link)) links.set(link.to.index, link);
    };
    for (const { ref, mechanism } of node.finding.because ?? []) {
      for (const to of this.bySubject.get(refKey(ref)) ?? []) {
        if (breaksOf(to).includes(mechanism)) add({ from: node, to, mechanism, via: [] });
      }
    }
    const waits = waitsForOf(node);
    for (const to of this.byAffected.get(refKey(node.finding.subject)) ?? []) {
      const mechanism = waits.find((wanted) => breaksOf(to).includes(wanted));
      if (mechanism !== undefined) add({ from: node, to, mechanism, via: [] });
    }
    const stated = links.size;
    for (const mechanism of waits) for (const link of this.alongGraph(node, mechanism)) add(link);
    const all = [...links.values()];
    return [...all.slice(0, stated), ...all.slice(stated).toSorted(byRelation)];
  }

  /** Breadth first along edges that carry the mechanism, one way or the other, through objects that have no part in it. */
  private alongGraph(node: FindingNode, mechanism: Mechanism): readonly CausalLink[] {
    return [...this.walk(node, mechanism, true), ...this.walk(node, mechanism, false)];
  }

  private walk(node: FindingNode, mechanism: Mechanism, forward: boolean): readonly CausalLink[] {
    const start = node.finding.subject;
    const links: CausalLink[] = [];
    const seen = new Set([refKey(start)]);
    let level: readonly Step[] = [{ at: start, via: [] }];
    for (let depth = 0; depth <= MAX_VIA && level.length > 0; depth += 1) {
      const next: Step[] = [];
      for (const step of level) {
        for (const edge of this.edges(step.at, mechanism, forward)) {
          const at = forward ? edge.to : edge.from;
          if (seen.has(refKey(at))) continue;
          seen.add(refKey(at));
          const relation = step.relation ?? edge.relation;
          const causes = this.causesAt(at, node, mechanism);
          for (const to of causes) links.push({ from: node, to, mechanism, relation, via: step.via });
          if (causes.length === 0) next.push({ at, via: [...step.via, at], relation });
        }
      }
      level = next;
    }
    return links;
  }

  private edges(at: ResourceRef, mechanism: Mechanism, forward: boolean): readonly EdgeView[] {
    const edges = forward ? this.graph.dependencies(at) : this.graph.dependents(at);
    this.steps += edges.length;
    return edges.filter(
      (edge) =>
        (edge.optional !== true || edge.relation === 'pull-secret') &&
        (forward ? carriesForward(edge.relation, mechanism) : carriesBackward(edge.relation, mechanism)),
    );
  }

  private causesAt(at: ResourceRef, from: FindingNode, mechanism: Mechanism): readonly FindingNode[] {
    return (this.bySubject.get(refKey(at)) ?? []).filter(
      (to) => to !== from && breaksOf(to).includes(mechanism) && this.concerns(to, from.finding.subject),
    );
  }

  /** A finding that lists pods among the objects it was made from does not explain a pod that it does not list. */
  private concerns(cause: FindingNode, subject: ResourceRef): boolean {
    const affected = this.affected.get(cause);
    if (affected === undefined || !affected.kinds.has(subject.kind)) return true;
    return affected.keys.has(refKey(subject));
  }
}

interface Step {
  readonly at: ResourceRef;
  readonly via: readonly ResourceRef[];
  readonly relation?: Relation;
}

interface Affected {
  readonly kinds: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
}

function affectedOf({ finding }: FindingNode): Affected {
  const affects = finding.affects ?? [];
  return { kinds: new Set(affects.map(({ kind }) => kind)), keys: new Set(affects.map((ref) => refKey(ref))) };
}

function group(
  nodes: readonly FindingNode[],
  refs: (node: FindingNode) => readonly ResourceRef[],
): ReadonlyMap<string, readonly FindingNode[]> {
  const groups = new Map<string, FindingNode[]>();
  for (const node of nodes) {
    for (const ref of refs(node)) {
      const key = refKey(ref);
      const known = groups.get(key);
      if (known === undefined) groups.set(key, [node]);
      else if (known.at(-1) !== node) known.push(node);
    }
  }
  return groups;
}

function inTime({ from, to, mechanism }: CausalLink): boolean {
  if (!INFERRED.has(mechanism)) return true;
  const effect = timeOf(from.finding.since);
  const cause = timeOf(to.finding.since);
  return effect === undefined || cause === undefined || cause <= effect + CLOCK_SKEW;
}

function byRelation(a: CausalLink, b: CausalLink): number {
  const order = (link: CausalLink): number => RELATION_ORDER.get(link.relation ?? '') ?? RELATION_ORDER.size;
  return (
    order(a) - order(b) ||
    a.via.length - b.via.length ||
    compareRefs(a.to.finding.subject, b.to.finding.subject) ||
    a.to.index - b.to.index
  );
}

/** Whether a link starts and ends at the same object: a workload that suffers from its own template. */
export function isLoop(link: CausalLink): boolean {
  return sameRef(link.from.finding.subject, link.to.finding.subject);
}
