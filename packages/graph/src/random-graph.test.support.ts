import { BUILTIN_KINDS, ref, type NodeStatus, type Relation, type ResourceRef } from '@kroot/types';
import * as fc from 'fast-check';
import { type DependencyGraph, type EdgeDetail } from './dependency-graph.ts';
import { EdgeCollector } from './edge-collector.ts';

/** Names that are properties of every plain object. */
export const TRAPS: readonly string[] = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

/** One edge as a test writes it down. */
export interface PlainEdge {
  readonly from: ResourceRef;
  readonly to: ResourceRef;
  readonly relation: Relation;
  readonly detail?: EdgeDetail;
}

const statuses = ['present', 'absent', 'unknown'] as const;

/** A status for each reference that depends on nothing but its name. */
export function statusByName({ name }: ResourceRef): NodeStatus {
  return statuses[name.length % statuses.length] ?? 'unknown';
}

/** The graph of these edges and lone nodes. */
export function graphOf(edges: readonly PlainEdge[], nodes: readonly ResourceRef[] = []): DependencyGraph {
  const collector = new EdgeCollector();
  for (const node of nodes) collector.addPresent(node);
  for (const { from, to, relation, detail } of edges) collector.link(from, to, relation, detail);
  return collector.finish(statusByName);
}

const kinds = BUILTIN_KINDS.map(({ kind }) => kind);

const anyRef: fc.Arbitrary<ResourceRef> = fc
  .record({
    kind: fc.constantFrom(...kinds.slice(0, 20), 'Widget', 'constructor'),
    namespace: fc.constantFrom('prod', 'test', ...TRAPS),
    name: fc.oneof(
      fc.constantFrom(...TRAPS),
      fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', '-') }),
    ),
  })
  .map(({ kind, namespace, name }) => ref(kind, namespace, name));

const anyDetail: fc.Arbitrary<EdgeDetail> = fc.record(
  {
    path: fc.constantFrom('spec.a', 'spec.b'),
    key: fc.constantFrom(...TRAPS),
    optional: fc.constant(true),
    detail: fc.constantFrom('port 80', 'container api'),
  },
  { requiredKeys: [] },
);

const anyRelation = fc.constantFrom<Relation[]>('owns', 'secret', 'node', 'talks-to', 'custom:b', 'custom:a');

/** Edges between at most 60 different objects, with odd names, and repetitions. */
export const anyEdges: fc.Arbitrary<readonly PlainEdge[]> = fc
  .uniqueArray(anyRef, { minLength: 1, maxLength: 60, selector: (target) => JSON.stringify(target) })
  .chain((refs) => {
    const end = fc.constantFrom(...refs);
    return fc.array(fc.record({ from: end, to: end, relation: anyRelation, detail: anyDetail }), { maxLength: 200 });
  });

/** A graph of up to 200 nodes as pairs of numbers. */
export const anyPairs: fc.Arbitrary<{
  readonly count: number;
  readonly pairs: readonly (readonly [number, number])[];
}> = fc.integer({ min: 1, max: 200 }).chain((count) => {
  const node = fc.nat({ max: count - 1 });
  return fc.record({ count: fc.constant(count), pairs: fc.array(fc.tuple(node, node), { maxLength: 2 * count }) });
});

/** Object number n, named so that references sort like their numbers. */
export function numbered(n: number): ResourceRef {
  return ref('ConfigMap', 'prod', `n${String(n).padStart(7, '0')}`);
}

/** The graph of these pairs; node n of the graph is object n. */
export function graphOfPairs(count: number, pairs: Iterable<readonly [number, number]>): DependencyGraph {
  const edges = Array.from(pairs, ([from, to]): PlainEdge => ({
    from: numbered(from),
    to: numbered(to),
    relation: 'owns',
  }));
  return graphOf(
    edges,
    Array.from({ length: count }, (_, n) => numbered(n)),
  );
}
