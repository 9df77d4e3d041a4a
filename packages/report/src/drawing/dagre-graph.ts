import { Graph, layout } from '@dagrejs/dagre';
import { type Point } from './point.ts';

/** What a node is given and gets. */
export interface DagreNode {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
}

/** What an edge is given and gets. */
export interface DagreEdge {
  readonly width?: number;
  readonly height?: number;
  readonly labelpos?: 'l' | 'c' | 'r';
  readonly points?: readonly Point[];
  readonly x?: number;
  readonly y?: number;
}

/** What the whole is given and gets. */
interface DagreFrame {
  readonly rankdir?: 'LR' | 'TB';
  readonly nodesep?: number;
  readonly edgesep?: number;
  readonly ranksep?: number;
  readonly marginx?: number;
  readonly marginy?: number;
  readonly width?: number;
  readonly height?: number;
}

/** The part of dagre's graph that we use. */
export interface DagreGraph {
  setGraph(frame: DagreFrame): unknown;
  setNode(id: string, node: DagreNode): unknown;
  setEdge(from: string, to: string, edge: DagreEdge, name: string): unknown;
  graph(): DagreFrame;
  node(id: string): DagreNode;
  edge(end: { readonly v: string; readonly w: string; readonly name: string }): DagreEdge;
}

/** Dagre's own declarations import files without extensions, which Node's resolution does not take: to the compiler they are `any`. */
interface Dagre {
  readonly Graph: new (options: { readonly multigraph: boolean }) => DagreGraph;
  readonly layout: (graph: DagreGraph, options: { readonly disableOptimalOrderHeuristic: boolean }) => void;
}

// oxlint-disable-next-line typescript/no-unsafe-assignment -- see above
const dagre: Dagre = { Graph, layout };

/** An empty graph to lay out. */
export function dagreGraph(): DagreGraph {
  return new dagre.Graph({ multigraph: true });
}

/** Gives everything its place; with `keepOrder` nodes of a rank stand in the order in which they were added. */
export function runDagre(graph: DagreGraph, keepOrder: boolean): void {
  dagre.layout(graph, { disableOptimalOrderHeuristic: keepOrder });
}
