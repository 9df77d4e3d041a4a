import { type EdgeView, type ResourceRef } from '@kroot/types';
import { type Adjacency } from './adjacency.ts';
import { type DependencyGraph } from './dependency-graph.ts';

/** What an algorithm has done so far; tests hold these counts to linear growth. */
export interface GraphOperations {
  /** Nodes visited. */
  readonly nodes: number;
  /** Edges looked at. */
  readonly edges: number;
  /** Turns of the innermost loops. */
  readonly steps: number;
}

/** Where a walk goes. */
export interface WalkOptions {
  /** `forward` to what nodes depend on, `reverse` to what depends on them. */
  readonly direction: 'forward' | 'reverse';
  /** Whether to go along an edge; absent: always. */
  readonly follow?: (edge: number) => boolean;
  /** Whether to go on from a node that was reached; absent: always. */
  readonly expand?: (node: number) => boolean;
}

/** The nodes that a walk reached, nearest first, the start nodes among them. */
export interface Reached {
  readonly nodes: readonly number[];
  /** By position in `nodes`: the edge by which the node was reached, -1 for a start node. */
  readonly via: readonly number[];
}

/** Breadth-first walks on one graph. The marks are kept from walk to walk, so that a short walk on a large graph is cheap. */
export class GraphWalker {
  readonly #adjacency: Adjacency;
  readonly #stamps: Uint32Array;
  #epoch = 0;
  readonly #done = { nodes: 0, edges: 0, steps: 0 };

  constructor(adjacency: Adjacency) {
    this.#adjacency = adjacency;
    this.#stamps = new Uint32Array(adjacency.nodeCount);
  }

  /** What all walks so far have cost. */
  get operations(): GraphOperations {
    return { ...this.#done };
  }

  /** Everything that can be reached from the start nodes, by shortest ways. */
  reach(starts: Iterable<number>, options: WalkOptions): Reached {
    this.#epoch += 1;
    const nodes: number[] = [];
    const via: number[] = [];
    const visit = (node: number, edge: number): void => {
      if (this.#stamps[node] === this.#epoch) return;
      this.#stamps[node] = this.#epoch;
      nodes.push(node);
      via.push(edge);
    };
    for (const node of starts) visit(node, -1);
    for (let head = 0; head < nodes.length; head += 1) {
      const node = nodes[head];
      if (node === undefined) break;
      this.#done.nodes += 1;
      if (options.expand?.(node) !== false) this.#expand(node, options, visit);
    }
    return { nodes, via };
  }

  #expand(node: number, { direction, follow }: WalkOptions, visit: (node: number, edge: number) => void): void {
    const { starts, targets, sources, incomingStarts, incoming } = this.#adjacency;
    const forward = direction === 'forward';
    const rows = forward ? starts : incomingStarts;
    const ends = forward ? targets : sources;
    for (let i = rows[node] ?? 0; i < (rows[node + 1] ?? 0); i += 1) {
      const edge = forward ? i : (incoming[i] ?? 0);
      this.#done.edges += 1;
      this.#done.steps += 1;
      if (follow === undefined || follow(edge)) visit(ends[edge] ?? 0, edge);
    }
  }
}

/** Every object that can be reached from the given ones, nearest first, without those that the graph does not know. */
export function reachableFrom(
  graph: DependencyGraph,
  starts: Iterable<ResourceRef>,
  options: { readonly direction: WalkOptions['direction']; readonly follow?: (edge: EdgeView) => boolean },
): readonly ResourceRef[] {
  const known: number[] = [];
  for (const start of starts) {
    const node = graph.nodeOf(start);
    if (node !== undefined) known.push(node);
  }
  const { direction, follow } = options;
  const walk: WalkOptions =
    follow === undefined ? { direction } : { direction, follow: (edge) => follow(graph.edgeAt(edge)) };
  return new GraphWalker(graph.adjacency).reach(known, walk).nodes.map((node) => graph.refAt(node));
}

/** The strongly connected components of a graph. */
export interface Components {
  readonly count: number;
  /** By node: the number of its component. What a component depends on has a smaller number. */
  readonly componentOf: Uint32Array;
  readonly operations: GraphOperations;
}

const UNSEEN = 0;

/** Strongly connected components by Tarjan's algorithm, on an explicit stack: chains of any length are safe. */
export function stronglyConnectedComponents({ nodeCount, starts, targets }: Adjacency): Components {
  const componentOf = new Uint32Array(nodeCount);
  const index = new Uint32Array(nodeCount);
  const low = new Uint32Array(nodeCount);
  const open = new Uint8Array(nodeCount);
  const cursor = starts.slice(0, nodeCount);
  const stack: number[] = [];
  const operations = { nodes: 0, edges: 0, steps: 0 };
  let count = 0;

  const enter = (node: number, path: number[]): void => {
    operations.nodes += 1;
    index[node] = operations.nodes;
    low[node] = operations.nodes;
    open[node] = 1;
    stack.push(node);
    path.push(node);
  };
  const close = (node: number): void => {
    for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
      operations.steps += 1;
      open[member] = 0;
      componentOf[member] = count;
      if (member === node) break;
    }
    count += 1;
  };
  const lower = (node: number, value: number): void => {
    if (value < (low[node] ?? 0)) low[node] = value;
  };
  /** Takes the node's next edge; false when there is none left. */
  const advance = (node: number, path: number[]): boolean => {
    const edge = cursor[node] ?? 0;
    if (edge >= (starts[node + 1] ?? 0)) return false;
    cursor[node] = edge + 1;
    operations.edges += 1;
    const target = targets[edge] ?? 0;
    if (index[target] === UNSEEN) enter(target, path);
    else if (open[target] === 1) lower(node, index[target] ?? 0);
    return true;
  };

  for (let root = 0; root < nodeCount; root += 1) {
    if (index[root] !== UNSEEN) continue;
    const path: number[] = [];
    enter(root, path);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      operations.steps += 1;
      if (advance(node, path)) continue;
      path.pop();
      if (low[node] === index[node]) close(node);
      const parent = path.at(-1);
      if (parent !== undefined) lower(parent, low[node] ?? 0);
    }
  }
  return { count, componentOf, operations };
}
