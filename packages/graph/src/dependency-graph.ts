import { refKey, type EdgeView, type GraphView, type NodeStatus, type Relation, type ResourceRef } from '@kroot/types';
import { type Adjacency } from './adjacency.ts';

/** What an edge carries beyond its ends, its relation and the status of its target. */
export type EdgeDetail = Pick<EdgeView, 'path' | 'key' | 'optional' | 'detail'>;

/** The statuses in the order of their numbers in `GraphParts.statuses`. */
export const NODE_STATUSES: readonly NodeStatus[] = ['unknown', 'absent', 'present'];

/** The columns of a graph. Nodes are numbered in order of their references, edges in order of their sources. */
export interface GraphParts {
  readonly refs: readonly ResourceRef[];
  /** The node with this key (`refKey`). */
  readonly find: (key: string) => number | undefined;
  /** By node: position in `NODE_STATUSES`. */
  readonly statuses: Uint8Array;
  readonly adjacency: Adjacency;
  /** By edge: position in `relationNames`. */
  readonly relations: Uint8Array;
  readonly relationNames: readonly Relation[];
  /** By edge. */
  readonly details: readonly (EdgeDetail | undefined)[];
}

const NO_EDGES: readonly EdgeView[] = [];

/**
 * The dependency graph of a snapshot. Edges of one node come in order of relation (as in `RELATIONS`), target and path;
 * dependents in order of their references. The order of the objects in the input does not matter.
 */
export class DependencyGraph implements GraphView {
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** The same graph on integers, for algorithms. */
  readonly adjacency: Adjacency;
  readonly #parts: GraphParts;
  readonly #edges = new Map<number, EdgeView>();

  constructor(parts: GraphParts) {
    this.#parts = parts;
    this.adjacency = parts.adjacency;
    this.nodeCount = parts.refs.length;
    this.edgeCount = parts.adjacency.edgeCount;
  }

  /** All nodes, in order of kind, namespace and name; a node's position is its number. */
  get refs(): readonly ResourceRef[] {
    return this.#parts.refs;
  }

  status(target: ResourceRef): NodeStatus {
    const node = this.nodeOf(target);
    return node === undefined ? 'unknown' : this.statusAt(node);
  }

  dependencies(target: ResourceRef): readonly EdgeView[] {
    const node = this.nodeOf(target);
    if (node === undefined) return NO_EDGES;
    const { starts } = this.adjacency;
    const views: EdgeView[] = [];
    for (let edge = starts[node] ?? 0; edge < (starts[node + 1] ?? 0); edge += 1) views.push(this.edgeAt(edge));
    return views;
  }

  dependents(target: ResourceRef): readonly EdgeView[] {
    const node = this.nodeOf(target);
    if (node === undefined) return NO_EDGES;
    const { incomingStarts, incoming } = this.adjacency;
    const row = incoming.subarray(incomingStarts[node], incomingStarts[node + 1]);
    return Array.from(row, (edge) => this.edgeAt(edge));
  }

  /** The number of a node; undefined if the graph does not know it. */
  nodeOf(target: ResourceRef): number | undefined {
    return this.#parts.find(refKey(target));
  }

  /** The reference of a node. */
  refAt(node: number): ResourceRef {
    const found = this.#parts.refs[node];
    if (found === undefined) throw new RangeError(`no node ${node}`);
    return found;
  }

  /** The status of a node. */
  statusAt(node: number): NodeStatus {
    return NODE_STATUSES[this.#parts.statuses[node] ?? 0] ?? 'unknown';
  }

  /** The relation of an edge. */
  relationAt(edge: number): Relation {
    const found = this.#parts.relationNames[this.#parts.relations[edge] ?? -1];
    if (found === undefined) throw new RangeError(`no edge ${edge}`);
    return found;
  }

  /** An edge in full; the same object each time. */
  edgeAt(edge: number): EdgeView {
    const known = this.#edges.get(edge);
    if (known !== undefined) return known;
    const to = this.adjacency.targets[edge] ?? -1;
    const view: EdgeView = Object.freeze({
      from: this.refAt(this.adjacency.sources[edge] ?? -1),
      to: this.refAt(to),
      relation: this.relationAt(edge),
      status: this.statusAt(to),
      ...this.#parts.details[edge],
    });
    this.#edges.set(edge, view);
    return view;
  }
}
