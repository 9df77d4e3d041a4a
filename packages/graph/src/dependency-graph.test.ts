import { compareRefs, formatRef, ref, refKey, type EdgeView } from '@kroot/types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DependencyGraph } from './dependency-graph.ts';
import { GraphTooLargeError } from './errors.ts';
import { anyEdges, graphOf, statusByName, TRAPS, type PlainEdge } from './random-graph.test.support.ts';

const pod = ref('Pod', 'prod', 'api-1');
const secret = ref('Secret', 'prod', 'db');
const node = ref('Node', undefined, 'w1');

function allEdges(graph: DependencyGraph): readonly EdgeView[] {
  return graph.refs.flatMap((target) => graph.dependencies(target));
}

function allDependents(graph: DependencyGraph): readonly EdgeView[] {
  return graph.refs.flatMap((target) => graph.dependents(target));
}

describe('DependencyGraph', () => {
  const path = 'spec.containers[0].env[0].valueFrom.secretKeyRef';
  const graph = graphOf(
    [
      { from: pod, to: secret, relation: 'secret', detail: { path, key: 'password' } },
      { from: pod, to: node, relation: 'node' },
    ],
    [pod],
  );

  it('gives dependencies in order of relation, and dependents', () => {
    const onNode = { from: pod, to: node, relation: 'node', status: 'unknown' };
    const onSecret = { from: pod, to: secret, relation: 'secret', status: 'unknown', path, key: 'password' };
    expect(graph.dependencies(pod)).toEqual([onNode, onSecret]);
    expect(graph.dependents(secret)).toEqual([onSecret]);
    expect(graph.dependents(pod)).toEqual([]);
  });

  it('answers for objects that it does not know', () => {
    const stranger = ref('Pod', 'prod', 'stranger');
    expect(graph.status(stranger)).toBe('unknown');
    expect(graph.dependencies(stranger)).toEqual([]);
    expect(graph.dependents(stranger)).toEqual([]);
    expect(graph.nodeOf(stranger)).toBeUndefined();
    expect(() => graph.refAt(3)).toThrow(RangeError);
    expect(() => graph.edgeAt(2)).toThrow(RangeError);
  });

  it('keeps an edge to an absent object, and one edge for each path', () => {
    const absent = ref('Secret', 'prod', 'four');
    const edges: readonly PlainEdge[] = ['b', 'a', 'b'].map((field) => ({
      from: pod,
      to: absent,
      relation: 'secret',
      detail: { path: field },
    }));
    const made = graphOf(edges);
    expect(made.edgeCount).toBe(2);
    expect(made.status(absent)).toBe('absent');
    expect(made.dependencies(pod).map((edge) => [edge.path, edge.status])).toEqual([
      ['a', 'absent'],
      ['b', 'absent'],
    ]);
  });

  it.each(TRAPS)('takes %s for a name like any other', (name) => {
    const trap = ref('Secret', name, name);
    const made = graphOf([{ from: pod, to: trap, relation: 'secret' }], [trap]);
    expect(graph.nodeOf(trap)).toBeUndefined();
    expect(made.status(trap)).toBe('present');
    expect(made.dependents(trap)).toHaveLength(1);
  });

  it('refuses more relations than it can tell apart', () => {
    const edges = Array.from({ length: 256 }, (_, i): PlainEdge => ({ from: pod, to: node, relation: `custom:${i}` }));
    expect(() => graphOf(edges)).toThrow(GraphTooLargeError);
  });

  it('has the dependents of all objects as transpose of their dependencies', () => {
    fc.assert(
      fc.property(anyEdges, (edges) => {
        const made = graphOf(edges);
        const backward = allDependents(made);
        expect(new Set(backward)).toEqual(new Set(allEdges(made)));
        expect(backward).toHaveLength(made.edgeCount);
      }),
    );
  });

  it('holds exactly the edges that were added, with the status of their targets', () => {
    fc.assert(
      fc.property(anyEdges, (edges) => {
        const made = graphOf(edges);
        const wanted = edges.map(({ from, to, relation, detail }) =>
          [
            formatRef(from),
            formatRef(to),
            relation,
            statusByName(to),
            detail?.path,
            detail?.key,
            detail?.optional,
            detail?.detail,
          ].join(),
        );
        const got = allEdges(made).map((edge) =>
          [
            formatRef(edge.from),
            formatRef(edge.to),
            edge.relation,
            edge.status,
            edge.path,
            edge.key,
            edge.optional,
            edge.detail,
          ].join(),
        );
        expect(got.toSorted()).toEqual([...new Set(wanted)].toSorted());
        expect(new Set(made.refs.map(refKey))).toEqual(
          new Set(edges.flatMap(({ from, to }) => [refKey(from), refKey(to)])),
        );
        expect([...made.refs].toSorted(compareRefs)).toEqual(made.refs);
      }),
    );
  });

  it('does not depend on the order in which edges were added', () => {
    const shuffled = anyEdges.chain((edges) =>
      fc.tuple(
        fc.constant(edges),
        fc.shuffledSubarray([...edges], { minLength: edges.length, maxLength: edges.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([edges, others]) => {
        const [one, other] = [graphOf(edges), graphOf(others)];
        expect(other.refs).toEqual(one.refs);
        expect(allEdges(other)).toEqual(allEdges(one));
        expect(allDependents(other)).toEqual(allDependents(one));
      }),
    );
  });
});
