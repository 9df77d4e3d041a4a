import { columns } from '../text/columns.ts';
import { dagreGraph, runDagre, type DagreEdge, type DagreNode } from './dagre-graph.ts';
import { type Drawing, type DrawingEdge } from './drawing.ts';
import { nodeBox, type NodeBox } from './node-box.ts';
import { type Point } from './point.ts';

/** A node with its place; `x` and `y` are those of its upper left corner. */
export interface PlacedNode extends NodeBox, Point {}

/** An edge with the points that it goes through, from border to border. */
export interface PlacedEdge {
  readonly edge: DrawingEdge;
  readonly points: readonly Point[];
  /** Where its label has its centre. */
  readonly at: Point;
}

/** A drawing with the place of everything. */
export interface Layout {
  readonly direction: 'right' | 'down';
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** How wide a drawing can be and still be read on a page without turning or scrolling. */
const PAGE = 900;
const LABEL_HEIGHT = 12;
const LABEL_ADVANCE = 5.9;
const MARGIN = 4;

/** Lays a drawing out from left to right, in narrower boxes and without labels if need be; from top to bottom where only that fits on a page. */
export function layOutDrawing(drawing: Drawing): Layout {
  const right = layOut(drawing, 'right');
  if (right.width <= PAGE || drawing.nodes.length <= 1) return right;
  const bare = { ...drawing, edges: drawing.edges.map((edge) => ({ ...edge, label: '' })) };
  const narrow = layOut(bare, 'right', true);
  if (narrow.width <= PAGE) return narrow;
  const down = layOut(drawing, 'down');
  return down.width <= PAGE ? down : right;
}

function layOut({ edges, nodes }: Drawing, direction: Layout['direction'], isCompact = false): Layout {
  const graph = dagreGraph();
  graph.setGraph({
    rankdir: direction === 'right' ? 'LR' : 'TB',
    nodesep: 18,
    edgesep: 12,
    ranksep: direction === 'right' && !isCompact ? 46 : 32,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  const boxes = nodes.map((node) => nodeBox(node, isCompact));
  for (const [at, { height, width }] of boxes.entries()) graph.setNode(`n${at}`, { width, height });
  for (const [at, { from, label, to }] of edges.entries()) {
    const size = label === '' ? {} : { width: columns(label) * LABEL_ADVANCE + 10, height: LABEL_HEIGHT };
    graph.setEdge(`n${from}`, `n${to}`, { ...size, labelpos: 'c' }, `e${at}`);
  }
  // Nothing crosses in a tree that is drawn in the order of the report.
  runDagre(graph, isForest(nodes.length, edges));
  const inPlace = boxes.map((box, at) => placedNode(box, graph.node(`n${at}`)));
  const placed = direction === 'right' ? aligned(inPlace) : inPlace;
  const ends = edges.map((edge, at) => {
    const label = graph.edge({ v: `n${edge.from}`, w: `n${edge.to}`, name: `e${at}` });
    return placedEdge(edge, label, placed, direction);
  });
  const { height = 0, width = 0 } = graph.graph();
  return { direction, width: Math.ceil(width), height: Math.ceil(height), nodes: placed, edges: ends };
}

/** Half pixels, so that centres of boxes of odd height are on one line. */
function half(pixels: number): number {
  return Math.round(pixels * 2) / 2;
}

function isForest(count: number, edges: readonly DrawingEdge[]): boolean {
  const targets = new Set(edges.map(({ to }) => to));
  return targets.size === edges.length && edges.every(({ from, to }) => from < to) && edges.length < count;
}

/** Boxes of one column are equally wide: they had that room anyway. */
function aligned(nodes: readonly PlacedNode[]): readonly PlacedNode[] {
  const centre = ({ width, x }: PlacedNode): number => Math.round((x + width / 2) / 4);
  const widest = new Map<number, number>();
  for (const node of nodes) widest.set(centre(node), Math.max(widest.get(centre(node)) ?? 0, node.width));
  return nodes.map((node) => {
    const width = widest.get(centre(node)) ?? node.width;
    return { ...node, width, x: half(node.x - (width - node.width) / 2) };
  });
}

function placedNode(box: NodeBox, { height, width, x = 0, y = 0 }: DagreNode): PlacedNode {
  return { ...box, x: half(x - width / 2), y: half(y - height / 2) };
}

function placedEdge(
  edge: DrawingEdge,
  { points = [], x = 0, y = 0 }: DagreEdge,
  nodes: readonly PlacedNode[],
  direction: Layout['direction'],
): PlacedEdge {
  const from = nodes[edge.from];
  const to = nodes[edge.to];
  const at = { x: half(x), y: half(y) };
  const bends = points.slice(1, -1).map((point) => ({ x: half(point.x), y: half(point.y) }));
  const isShort = bends.length <= (edge.label === '' ? 1 : 3);
  const way = edge.label === '' ? [] : [at];
  const inner = isShort ? way : bends;
  if (from === undefined || to === undefined) return { edge, points: inner, at };
  // An edge that closes a cycle goes the other way round.
  const isBack = direction === 'right' ? to.x < from.x : to.y < from.y;
  return { edge, points: [port(from, direction, !isBack), ...inner, port(to, direction, isBack)], at };
}

/** Edges end in the middle of a side, wherever the layout would have them meet the border. */
function port({ height, width, x, y }: PlacedNode, direction: Layout['direction'], far: boolean): Point {
  return direction === 'right'
    ? { x: far ? x + width : x, y: y + half(height / 2) }
    : { x: x + half(width / 2), y: far ? y + height : y };
}
