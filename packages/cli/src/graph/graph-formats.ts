import {
  drawingToDot,
  drawingToMermaid,
  drawingToSvg,
  cleanJson,
  cleanText,
  renderTree,
  type Drawing,
} from '@kroot/report';
import { formatRef, kindKey, type ResourceRef } from '@kroot/types';
import { nodeName, type FoldedGraph, type FoldedNode } from './fold.ts';
import { type GraphInput } from './graph-input.ts';
import { type ObjectHealth } from './object-health.ts';
import { type Subgraph } from './subgraph.ts';

/** What a viewer can show and a reader take in; Graphviz lays out more. */
const MOST = { mermaid: 60, svg: 60, dot: 400 } as const;

/** A part of the graph in one of the formats for pictures. */
export function drawn(folded: FoldedGraph, input: GraphInput, format: keyof typeof MOST): string {
  const drawing = toDrawing(folded, titleOf(input), homeOf(input), MOST[format]);
  const printers = { mermaid: drawingToMermaid, svg: drawingToSvg, dot: drawingToDot };
  return printers[format](drawing);
}

/** What the graph is of. */
function titleOf({ report, target }: GraphInput): string {
  return cleanText(target === undefined ? `What is unhealthy in ${report.source.name}` : `Around ${formatRef(target)}`);
}

/** The namespace that goes without saying. */
export function homeOf({ report, target }: GraphInput): string | undefined {
  return target?.namespace ?? report.scope.namespace;
}

/** A reference without the namespace that goes without saying. */
export function shortName(target: ResourceRef, home: string | undefined): string {
  return home !== undefined && target.namespace === home
    ? `${kindKey(target.group, target.kind)}/${target.name}`
    : formatRef(target);
}

function toDrawing({ edges, nodes }: FoldedGraph, title: string, home: string | undefined, most: number): Drawing {
  const shown = nodes.slice(0, most);
  return {
    title,
    nodes: shown.map((node) => drawnNode(node, home)),
    edges: edges
      .filter(({ from, to }) => from < most && to < most)
      .map(({ from, optional, to, verbs }) => ({ from, to, label: verbs.join(', '), faint: optional })),
    omitted: nodes.length - shown.length,
  };
}

function drawnNode(node: FoldedNode, home: string | undefined): Drawing['nodes'][number] {
  const [first] = node.members;
  const { tone, words } = node.health;
  const whole = cleanText(nodeName(node, (target) => shortName(target, home)));
  const folded = node.members.length > 1;
  const kind = folded || first === undefined ? '' : cleanText(kindKey(first.group, first.kind));
  return { kind, name: folded ? whole : whole.slice(kind.length + 1), state: cleanText(words), tone, folded };
}

/** A part of the graph as lines: each object with its state, and below it what it depends on. */
export function graphText(
  folded: FoldedGraph,
  input: GraphInput,
  options: { readonly width: number; readonly color: boolean; readonly unicode: boolean },
): string {
  const home = homeOf(input);
  const name = (node: FoldedNode): string => nodeName(node, (target) => shortName(target, home));
  const blocks = folded.nodes.map((node, at) => {
    const children = folded.edges
      .filter(({ from }) => from === at)
      .flatMap(({ optional, to, verbs }) => {
        const end = folded.nodes[to];
        if (end === undefined) return [];
        const words = `${verbs.join(', ')} ${name(end)}${optional ? ' (optional)' : ''}`;
        return [{ name: words, state: end.health.words, tone: end.health.tone, children: [] }];
      });
    return renderTree({ name: name(node), state: node.health.words, tone: node.health.tone, children }, options);
  });
  return blocks.length === 0 ? '' : blocks.join('\n');
}

/** A part of the graph for programs: every object, unfolded. */
export function graphJson(
  { cut, edges, nodes }: Subgraph,
  { graph, target }: GraphInput,
  health: (target: ResourceRef) => ObjectHealth,
): string {
  const document = {
    ...(target !== undefined && { target: formatRef(target) }),
    complete: !cut,
    nodes: nodes.map((node) => {
      const { tone, words } = health(node);
      return { resource: formatRef(node), status: graph.status(node), health: HEALTH[tone], state: words };
    }),
    edges: edges.map(({ detail, from, key, optional, path, relation, to }) => ({
      from: formatRef(from),
      to: formatRef(to),
      relation,
      ...(path !== undefined && { path }),
      ...(key !== undefined && { key }),
      ...(optional !== undefined && { optional }),
      ...(detail !== undefined && { detail }),
    })),
  };
  return `${cleanJson(JSON.stringify(document, null, 2))}\n`;
}

const HEALTH: Readonly<Record<ObjectHealth['tone'], string>> = {
  cause: 'root-cause',
  bad: 'unhealthy',
  good: 'healthy',
  unsure: 'unknown',
  plain: 'not-judged',
};
