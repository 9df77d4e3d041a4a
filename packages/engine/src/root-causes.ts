import { timeOf } from '@kroot/graph';
import { CONFIDENCE, type Severity } from '@kroot/types';
import { type CausalLink, type CausalLinks } from './causal-links.ts';
import { type FindingNode } from './run-analyzers.ts';

/** Which faults stand as root causes, and what each of them explains. */
export interface RootCauses {
  /** Faults that nothing explains, by number. */
  readonly roots: readonly FindingNode[];
  /** For each finding the roots that explain it, in order of number; a root explains itself. */
  readonly rootsOf: readonly ReadonlySet<number>[];
  /** For each finding the root that it is told under. */
  readonly primary: ReadonlyMap<number, number>;
}

/**
 * Follows every finding to the faults behind it and assigns each symptom to one root: the one that explains most; ties go
 * to the higher severity, then to the order of findings.
 */
export function findRootCauses(nodes: readonly FindingNode[], links: CausalLinks): RootCauses {
  const rootsOf = reachableRoots(nodes, links);
  const strong = withoutWeakAlternatives(nodes, rootsOf);
  const roots = nodes.filter(({ index }) => strong[index]?.has(index) === true);
  return { roots, rootsOf: strong, primary: assign(nodes, strong) };
}

/** For each finding the terminal faults that can be reached from it. Cycles are condensed: their earliest faults stand for them. */
function reachableRoots(nodes: readonly FindingNode[], links: CausalLinks): readonly ReadonlySet<number>[] {
  const components = condense(nodes.length, links.from);
  const componentOf: number[] = [];
  for (const [c, members] of components.entries()) for (const member of members) componentOf[member] = c;
  const rootsOf: Set<number>[] = [];
  // Tarjan yields a component only after everything that it leads to.
  for (const [c, members] of components.entries()) {
    const reached = new Set<number>();
    for (const member of members) {
      for (const { to } of links.from[member] ?? []) {
        if (componentOf[to.index] === c) continue;
        for (const root of rootsOf[to.index] ?? []) reached.add(root);
      }
    }
    if (reached.size === 0) for (const root of ownRoots(members, nodes)) reached.add(root);
    for (const member of members) rootsOf[member] = reached;
  }
  return nodes.map(({ index }) => rootsOf[index] ?? new Set());
}

function ownRoots(members: readonly number[], nodes: readonly FindingNode[]): readonly number[] {
  const faults = members.filter((member) => nodes[member]?.meta.role === 'fault');
  const times = faults.map((member) => timeOf(nodes[member]?.finding.since)).filter((time) => time !== undefined);
  if (faults.length < 2 || times.length < faults.length) return faults;
  const first = Math.min(...times);
  return faults.filter((member) => timeOf(nodes[member]?.finding.since) === first);
}

/** Strongly connected components, each after those that it leads to. Iterative Tarjan. */
function condense(size: number, from: readonly (readonly CausalLink[])[]): readonly (readonly number[])[] {
  const number: number[] = Array.from({ length: size }, () => -1);
  const low: number[] = Array.from({ length: size }, () => 0);
  const onStack = new Set<number>();
  const stack: number[] = [];
  const components: number[][] = [];
  let counter = 0;
  const enter = (v: number): void => {
    number[v] = counter;
    low[v] = counter;
    counter += 1;
    stack.push(v);
    onStack.add(v);
  };
  const leave = (v: number): void => {
    if (low[v] !== number[v]) return;
    const at = stack.lastIndexOf(v);
    const members = stack.splice(at);
    for (const member of members) onStack.delete(member);
    components.push(members.toSorted((a, b) => a - b));
  };
  for (let start = 0; start < size; start += 1) {
    if (number[start] !== -1) continue;
    const work: { readonly v: number; next: number }[] = [{ v: start, next: 0 }];
    enter(start);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const { v } = frame;
      const link = from[v]?.[frame.next];
      frame.next += 1;
      if (link === undefined) {
        work.pop();
        leave(v);
        const parent = work.at(-1);
        if (parent !== undefined) low[parent.v] = Math.min(low[parent.v] ?? 0, low[v] ?? 0);
      } else if (number[link.to.index] === -1) {
        enter(link.to.index);
        work.push({ v: link.to.index, next: 0 });
      } else if (onStack.has(link.to.index)) {
        low[v] = Math.min(low[v] ?? 0, number[link.to.index] ?? 0);
      }
    }
  }
  return components;
}

/** A heuristic that only explains what a better founded fault explains as well is no cause of its own. */
function withoutWeakAlternatives(
  nodes: readonly FindingNode[],
  rootsOf: readonly ReadonlySet<number>[],
): readonly ReadonlySet<number>[] {
  const isWeak = (root: number): boolean => (nodes[root]?.finding.confidence ?? 0) < CONFIDENCE.strong;
  const needed = new Set<number>();
  const helps = new Set<number>();
  for (const [index, roots] of rootsOf.entries()) {
    const better = [...roots].some((root) => !isWeak(root));
    for (const root of roots) {
      if (root === index) continue;
      helps.add(root);
      if (!better || !isWeak(root)) needed.add(root);
    }
  }
  const dropped = new Set([...helps].filter((root) => isWeak(root) && !needed.has(root)));
  return dropped.size === 0
    ? rootsOf
    : rootsOf.map((roots) => new Set([...roots].filter((root) => !dropped.has(root))));
}

const WEIGHT: Readonly<Record<Severity, number>> = { critical: 9, warning: 3, info: 1 };

/** Every root stands already, so a symptom with several goes to the one that explains most: no other choice needs fewer. */
function assign(nodes: readonly FindingNode[], rootsOf: readonly ReadonlySet<number>[]): ReadonlyMap<number, number> {
  const explained = new Map<number, number>();
  for (const [index, roots] of rootsOf.entries()) {
    const weight = WEIGHT[nodes[index]?.finding.severity ?? 'info'];
    for (const root of roots) explained.set(root, (explained.get(root) ?? 0) + weight);
  }
  const better = (a: number, b: number): number => {
    const byWeight = (explained.get(b) ?? 0) - (explained.get(a) ?? 0);
    const bySeverity = WEIGHT[nodes[b]?.finding.severity ?? 'info'] - WEIGHT[nodes[a]?.finding.severity ?? 'info'];
    return byWeight || bySeverity || a - b;
  };
  const primary = new Map<number, number>();
  for (const [index, roots] of rootsOf.entries()) {
    const [first] = roots.has(index) ? [index] : [...roots].toSorted(better);
    if (first !== undefined) primary.set(index, first);
  }
  return primary;
}
