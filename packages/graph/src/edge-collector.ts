import { compareRefs, compareStrings, refKey, type NodeStatus, type Relation, type ResourceRef } from '@kroot/types';
import { buildAdjacency } from './adjacency.ts';
import { DependencyGraph, NODE_STATUSES, type EdgeDetail } from './dependency-graph.ts';
import { GraphTooLargeError } from './errors.ts';
import { BUILTIN_RELATIONS } from './relation-table.ts';

const MAX_RELATIONS = 256;

/** Takes nodes and edges in any order and makes a graph that does not depend on it. */
export class EdgeCollector {
  readonly #nodes = new Map<string, number>();
  readonly #refs: ResourceRef[] = [];
  readonly #present: boolean[] = [];
  #lastFrom: { readonly target?: ResourceRef; readonly node: number } = { node: -1 };
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #relations: Relation[] = [];
  readonly #details: (EdgeDetail | undefined)[] = [];

  /** Adds a node that is known to be present. */
  addPresent(target: ResourceRef): void {
    this.#present[this.#intern(target)] = true;
  }

  /** Adds an edge, and its ends if they are new. */
  link(from: ResourceRef, to: ResourceRef, relation: Relation, detail?: EdgeDetail): void {
    this.#from.push(this.#internFrom(from));
    this.#to.push(this.#intern(to));
    this.#relations.push(relation);
    this.#details.push(detail);
  }

  /** The graph of all that was added; `statusOf` is asked about nodes that were only named. */
  finish(statusOf: (target: ResourceRef) => NodeStatus): DependencyGraph {
    const inOrder = Uint32Array.from(this.#refs.keys()).toSorted((a, b) => compareRefs(this.#ref(a), this.#ref(b)));
    const numbers = new Uint32Array(inOrder.length);
    for (const [number, node] of inOrder.entries()) numbers[node] = number;
    const renumber = (node: number): number => numbers[node] ?? 0;

    const relationNames = this.#relationNames();
    const relationIds = new Map(relationNames.map((name, id) => [name, id]));
    const relations = Uint8Array.from(this.#relations, (name) => relationIds.get(name) ?? 0);
    const to = Uint32Array.from(this.#to, renumber);
    const { adjacency, order } = buildAdjacency(
      { nodeCount: inOrder.length, from: Uint32Array.from(this.#from, renumber), to },
      (a, b) =>
        (relations[a] ?? 0) - (relations[b] ?? 0) ||
        (to[a] ?? 0) - (to[b] ?? 0) ||
        compareDetails(this.#details[a], this.#details[b]),
    );
    return new DependencyGraph({
      refs: Array.from(inOrder, (node) => this.#ref(node)),
      find: (key) => {
        const node = this.#nodes.get(key);
        return node === undefined ? undefined : numbers[node];
      },
      statuses: Uint8Array.from(inOrder, (node) =>
        NODE_STATUSES.indexOf(this.#present[node] === true ? 'present' : statusOf(this.#ref(node))),
      ),
      adjacency,
      relations: Uint8Array.from(order, (position) => relations[position] ?? 0),
      relationNames,
      details: Array.from(order, (position) => this.#details[position]),
    });
  }

  /** Built-in relations in the order of their table, then those of plugins by name. */
  #relationNames(): readonly Relation[] {
    const builtin: ReadonlySet<Relation> = new Set(BUILTIN_RELATIONS);
    const custom = [...new Set(this.#relations)].filter((name) => !builtin.has(name)).toSorted(compareStrings);
    const count = builtin.size + custom.length;
    if (count > MAX_RELATIONS) throw new GraphTooLargeError('relations', count, MAX_RELATIONS);
    return [...BUILTIN_RELATIONS, ...custom];
  }

  /** Edges come object by object: most have the same start as the one before. */
  #internFrom(from: ResourceRef): number {
    if (from !== this.#lastFrom.target) this.#lastFrom = { target: from, node: this.#intern(from) };
    return this.#lastFrom.node;
  }

  #intern(target: ResourceRef): number {
    const key = refKey(target);
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const node = this.#refs.length;
    this.#nodes.set(key, node);
    this.#refs.push(target);
    return node;
  }

  #ref(node: number): ResourceRef {
    const found = this.#refs[node];
    if (found === undefined) throw new RangeError(`no node ${node}`);
    return found;
  }
}

const NO_DETAIL: EdgeDetail = {};

function compareDetails(a: EdgeDetail = NO_DETAIL, b: EdgeDetail = NO_DETAIL): number {
  return (
    compareStrings(a.path ?? '', b.path ?? '') ||
    compareStrings(a.key ?? '', b.key ?? '') ||
    compareStrings(a.detail ?? '', b.detail ?? '') ||
    Number(a.optional ?? false) - Number(b.optional ?? false)
  );
}
