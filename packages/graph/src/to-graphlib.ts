import { Graph } from '@dagrejs/graphlib';
import { formatRef, type EdgeView, type NodeStatus, type ResourceRef } from '@kroot/types';
import { type DependencyGraph } from './dependency-graph.ts';
import { GraphTooLargeError } from './errors.ts';

/** graphlib needs about 700 bytes an edge and seconds beyond this size; its users want a subgraph. */
export const GRAPHLIB_NODE_LIMIT = 20_000;

/** The label of a node in a graphlib graph. */
export interface GraphlibNode {
  readonly ref: ResourceRef;
  readonly status: NodeStatus;
}

/** A graphlib multigraph of dependencies. */
export type GraphlibGraph = Graph<{ readonly nodes: number }, GraphlibNode, EdgeView>;

/**
 * A graph, or the part between the given objects, for @dagrejs/graphlib: layout, export, algorithms. Node ids are
 * references as `formatRef` prints them; they start with the kind, as graphlib takes `constructor` and the like for
 * nodes that exist. Objects that the graph does not know are left out.
 */
export function toGraphlib(graph: DependencyGraph, refs: Iterable<ResourceRef> = graph.refs): GraphlibGraph {
  const chosen = new Set<number>();
  for (const target of refs) {
    const node = graph.nodeOf(target);
    if (node !== undefined) chosen.add(node);
  }
  if (chosen.size > GRAPHLIB_NODE_LIMIT) throw new GraphTooLargeError('nodes', chosen.size, GRAPHLIB_NODE_LIMIT);
  const nodes = [...chosen].toSorted((a, b) => a - b);

  const view: GraphlibGraph = new Graph({ directed: true, multigraph: true });
  view.setGraph({ nodes: nodes.length });
  for (const node of nodes) {
    const target = graph.refAt(node);
    view.setNode(formatRef(target), { ref: target, status: graph.statusAt(node) });
  }
  const { starts, targets } = graph.adjacency;
  for (const node of nodes) {
    const first = starts[node] ?? 0;
    for (let edge = first; edge < (starts[node + 1] ?? 0); edge += 1) {
      if (!chosen.has(targets[edge] ?? -1)) continue;
      const label = graph.edgeAt(edge);
      view.setEdge(formatRef(label.from), formatRef(label.to), label, `${label.relation}#${edge - first}`);
    }
  }
  return view;
}
