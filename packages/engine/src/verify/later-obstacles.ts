import { type Mechanism } from '@kroot/types';
import { breaksOf, linkFindings, waitsForOf } from '../causal-links.ts';
import { type FindingNode } from '../run-analyzers.ts';
import { type Theory } from '../theory.ts';
import { isObstacle } from './questions.ts';
import { stillBefore } from './start-mechanisms.ts';

/** For each pod with a symptom, by number, the roots that it has not met yet: they stop it at a later step of its start. */
export type LaterObstacles = ReadonlyMap<number, readonly FindingNode[]>;

/**
 * What pods will meet next: faults that are seen already and break a later step than the one at which the pod is stopped
 * now (its image cannot be pulled, and the Secret that it needs afterwards does not exist either).
 */
export function laterObstacles(theory: Theory): LaterObstacles {
  const { nodes, graph, causes } = theory;
  const asking = nodes.flatMap((node) => {
    const waitsFor = laterMechanisms(theory, node);
    return waitsFor.length === 0 ? [] : [{ ...node, finding: { ...node.finding, because: [], waitsFor } }];
  });
  const { from } = linkFindings(nodes, graph, asking);
  return new Map(
    asking.map(({ index }, i) => {
      const met = causes.rootsOf[index] ?? new Set();
      const roots = new Set((from[i] ?? []).flatMap(({ to }) => [...(causes.rootsOf[to.index] ?? [])]));
      const unmet = [...roots].filter((root) => !met.has(root)).toSorted((a, b) => a - b);
      return [index, unmet.flatMap((root) => nodes[root] ?? []).filter((node) => isObstacle(node))];
    }),
  );
}

function laterMechanisms({ snapshot }: Theory, node: FindingNode): readonly Mechanism[] {
  const { finding, meta } = node;
  if (meta.role !== 'symptom' || finding.subject.kind !== 'Pod') return [];
  const known = new Set([...waitsForOf(node), ...breaksOf(node)]);
  return stillBefore(snapshot, finding.subject).filter((mechanism) => !known.has(mechanism));
}
