import { alg, Graph } from '@dagrejs/graphlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphWalker, reachableFrom, stronglyConnectedComponents, type GraphOperations } from './graph-algorithms.ts';
import { anyPairs, graphOfPairs, numbered } from './random-graph.test.support.ts';

function oracle(count: number, pairs: readonly (readonly [number, number])[], reverse = false): Graph {
  const graph = new Graph({ directed: true });
  for (let n = 0; n < count; n += 1) graph.setNode(String(n));
  for (const [from, to] of pairs) graph.setEdge(String(reverse ? to : from), String(reverse ? from : to));
  return graph;
}

/** By node that the oracle can reach from the starts: the length of the shortest way. */
function distances(graph: Graph, starts: readonly number[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const start of starts) {
    for (const [name, { distance }] of Object.entries(alg.dijkstra(graph, String(start)))) {
      const node = Number(name);
      if (distance < (found.get(node) ?? Number.POSITIVE_INFINITY)) found.set(node, distance);
    }
  }
  return found;
}

/** A chain with a hub: the shapes on which recursion and repeated scans fail. */
function chainWithHub(n: number): ReturnType<typeof graphOfPairs> {
  return graphOfPairs(
    n,
    Array.from(
      { length: n - 1 },
      (_, i) =>
        [
          [i, i + 1],
          [i, n - 1],
        ] as const,
    ).flat(),
  );
}

function printGroups(list: readonly (readonly number[])[]): readonly string[] {
  return list.map((group) => group.join()).toSorted();
}

describe('GraphWalker', () => {
  it.each(['forward', 'reverse'] as const)('finds what graphlib finds by shortest ways, %s', (direction) => {
    const cases = anyPairs.chain((given) =>
      fc.tuple(fc.constant(given), fc.array(fc.nat({ max: given.count - 1 }), { minLength: 1, maxLength: 3 })),
    );
    fc.assert(
      fc.property(cases, ([{ count, pairs }, starts]) => {
        const { adjacency } = graphOfPairs(count, pairs);
        const { nodes, via } = new GraphWalker(adjacency).reach(starts, { direction });
        const depth = new Map<number, number>();
        for (const [i, node] of nodes.entries()) {
          const edge = via[i] ?? -1;
          const before = direction === 'forward' ? adjacency.sources[edge] : adjacency.targets[edge];
          depth.set(node, edge === -1 ? 0 : (depth.get(before ?? -1) ?? Number.NaN) + 1);
        }
        expect(depth).toEqual(distances(oracle(count, pairs, direction === 'reverse'), starts));
      }),
    );
  });

  it('stops where it is told, and forgets the walk before', () => {
    const walker = new GraphWalker(
      graphOfPairs(5, [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
      ]).adjacency,
    );
    expect(walker.reach([0], { direction: 'forward', expand: (node) => node < 2 }).nodes).toEqual([0, 1, 2]);
    expect(walker.reach([0], { direction: 'forward', follow: (edge) => edge !== 0 }).nodes).toEqual([0]);
    expect(walker.reach([4, 2], { direction: 'reverse' }).nodes).toEqual([4, 2, 3, 1, 0]);
    expect(walker.reach([], { direction: 'forward' })).toEqual({ nodes: [], via: [] });
  });

  it('walks by reference, with a say on each edge', () => {
    const graph = graphOfPairs(4, [
      [0, 1],
      [1, 2],
      [3, 1],
    ]);
    const starts = [numbered(0), numbered(99)];
    expect(reachableFrom(graph, starts, { direction: 'forward' })).toEqual([0, 1, 2].map(numbered));
    const follow = {
      direction: 'reverse',
      follow: ({ from }: { readonly from: { readonly name: string } }) => from.name !== numbered(3).name,
    } as const;
    expect(reachableFrom(graph, [numbered(2)], follow)).toEqual([2, 1, 0].map(numbered));
  });
});

describe('stronglyConnectedComponents', () => {
  it('finds the components that graphlib finds, dependencies first', () => {
    fc.assert(
      fc.property(anyPairs, ({ count, pairs }) => {
        const { adjacency } = graphOfPairs(count, pairs);
        const { componentOf, count: found } = stronglyConnectedComponents(adjacency);
        const groups = Array.from({ length: found }, (): number[] => []);
        for (const [node, component] of componentOf.entries()) groups[component]?.push(node);
        const wanted = alg.tarjan(oracle(count, pairs)).map((names) => names.map(Number).toSorted((a, b) => a - b));
        expect(printGroups(groups)).toEqual(printGroups(wanted));
        for (const [from, to] of pairs) expect(componentOf[to]).toBeLessThanOrEqual(componentOf[from] ?? -1);
      }),
    );
  });
});

describe('cost', () => {
  it('grows in line with the graph', () => {
    const n = 5000;
    const costs = [n, 2 * n, 4 * n].map((size): readonly GraphOperations[] => {
      const { adjacency } = chainWithHub(size);
      const walker = new GraphWalker(adjacency);
      const { nodes } = walker.reach([size - 1], { direction: 'reverse' });
      const components = stronglyConnectedComponents(adjacency);
      expect(nodes).toHaveLength(size);
      expect(components.count).toBe(size);
      return [walker.operations, components.operations];
    });
    for (const [i, cost] of costs.entries()) {
      const size = n * 2 ** i;
      for (const { nodes, edges, steps } of cost) {
        expect(nodes).toBe(size);
        expect(edges).toBe(2 * (size - 1) - 1);
        expect(steps).toBeLessThanOrEqual(4 * size);
      }
    }
  });

  it('makes a short walk on a large graph cheap', () => {
    const walker = new GraphWalker(chainWithHub(20_000).adjacency);
    walker.reach([19_997], { direction: 'forward' });
    expect(walker.operations).toEqual({ nodes: 3, edges: 3, steps: 3 });
  });
});
