import { alg, json } from '@dagrejs/graphlib';
import { formatRef, ref } from '@kroot/types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphTooLargeError } from './errors.ts';
import { anyEdges, graphOf, graphOfPairs, numbered, TRAPS } from './random-graph.test.support.ts';
import { GRAPHLIB_NODE_LIMIT, toGraphlib } from './to-graphlib.ts';

describe('toGraphlib', () => {
  it('keeps every node and edge, also parallel ones and those with odd names', () => {
    fc.assert(
      fc.property(anyEdges, (edges) => {
        const graph = graphOf(edges);
        const view = toGraphlib(graph);
        expect(view.nodes()).toEqual(graph.refs.map(formatRef));
        expect(view.edgeCount()).toBe(graph.edgeCount);
        const labels = view.edges().map((edge) => view.edge(edge));
        expect(labels).toEqual(graph.refs.flatMap((target) => graph.dependencies(target)));
      }),
    );
  });

  it('shows the part between the given objects', () => {
    const graph = graphOfPairs(4, [
      [0, 1],
      [1, 2],
      [2, 3],
      [0, 2],
    ]);
    const view = toGraphlib(graph, [2, 0, 3, 99].map(numbered));
    expect(view.nodes()).toEqual([0, 2, 3].map((n) => formatRef(numbered(n))));
    expect(view.edges().map(({ v, w }) => [v, w].join(' '))).toEqual([
      `${formatRef(numbered(0))} ${formatRef(numbered(2))}`,
      `${formatRef(numbered(2))} ${formatRef(numbered(3))}`,
    ]);
    expect(view.node(formatRef(numbered(2)))).toEqual({ ref: numbered(2), status: 'present' });
    expect(alg.topsort(view)).toHaveLength(3);
    expect(json.write(view)).toMatchObject({ options: { directed: true, multigraph: true } });
  });

  it.each(TRAPS)('is not misled by the name %s', (name) => {
    const view = toGraphlib(graphOf([], [ref('Secret', 'prod', name)]));
    expect(view.nodeCount()).toBe(1);
    expect(view.hasNode(`Secret/prod/${name}`)).toBe(true);
  });

  it('refuses more than graphlib can carry', () => {
    const graph = graphOfPairs(GRAPHLIB_NODE_LIMIT + 1, []);
    expect(() => toGraphlib(graph)).toThrow(GraphTooLargeError);
    expect(() => toGraphlib(graph)).toThrow(expect.objectContaining({ code: 'KROOT_GRAPH_TOO_LARGE' }));
    expect(toGraphlib(graph, graph.refs.slice(1)).nodeCount()).toBe(GRAPHLIB_NODE_LIMIT);
  });
});
