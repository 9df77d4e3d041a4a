/**
 * A directed multigraph on the integers below `nodeCount` in compressed sparse rows: the edges of node n are those from
 * `starts[n]` to `starts[n + 1]`, the edges that lead to it are `incoming[…]` from `incomingStarts[n]` to
 * `incomingStarts[n + 1]`.
 */
export interface Adjacency {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly starts: Uint32Array;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly incomingStarts: Uint32Array;
  readonly incoming: Uint32Array;
}

/** The edges as they were collected: edge i goes from `from[i]` to `to[i]`. */
export interface EdgeList {
  readonly nodeCount: number;
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
}

/** An adjacency, and for each of its edges the position in the list from which it came. */
export interface OrderedAdjacency {
  readonly adjacency: Adjacency;
  readonly order: Uint32Array;
}

/** Sorts edges by source, then by `compare`, which gets positions in the list; of edges that compare equal one stays. */
export function buildAdjacency(list: EdgeList, compare: (a: number, b: number) => number): OrderedAdjacency {
  const order = sortedUnique(list, compare);
  const sources = order.map((position) => list.from[position] ?? 0);
  const targets = order.map((position) => list.to[position] ?? 0);
  const { nodeCount } = list;
  const incomingStarts = rowStarts(nodeCount, targets);
  return {
    order,
    adjacency: {
      nodeCount,
      edgeCount: order.length,
      starts: rowStarts(nodeCount, sources),
      sources,
      targets,
      incomingStarts,
      incoming: countingSort(targets, incomingStarts),
    },
  };
}

function sortedUnique({ nodeCount, from }: EdgeList, compare: (a: number, b: number) => number): Uint32Array {
  const starts = rowStarts(nodeCount, from);
  const order = countingSort(from, starts);
  let kept = 0;
  for (let node = 0; node < nodeCount; node += 1) {
    // A copy: rows move towards the front while later ones are still to be read.
    const row = order.slice(starts[node], starts[node + 1]);
    if (row.length > 1) row.sort(compare);
    let last: number | undefined;
    for (const position of row) {
      if (last !== undefined && compare(last, position) === 0) continue;
      order[kept] = position;
      kept += 1;
      last = position;
    }
  }
  return order.slice(0, kept);
}

/** Where each row starts, with one more entry for the end of the last one. */
function rowStarts(nodeCount: number, keys: ArrayLike<number>): Uint32Array {
  const starts = new Uint32Array(nodeCount + 1);
  for (let i = 0; i < keys.length; i += 1) {
    const next = (keys[i] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let node = 0; node < nodeCount; node += 1) starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0);
  return starts;
}

/** The positions 0, 1, 2 … ordered by key; equal keys keep their order. */
function countingSort(keys: ArrayLike<number>, starts: Uint32Array): Uint32Array {
  const next = starts.slice();
  const order = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i] ?? 0;
    const place = next[key] ?? 0;
    order[place] = i;
    next[key] = place + 1;
  }
  return order;
}
