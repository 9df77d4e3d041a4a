import { type Drawing, type DrawingNode, type Tone } from './drawing.ts';

const COLORS: Readonly<Record<Tone, string>> = {
  cause: 'color="#b3261e" fillcolor="#fdf1ef" penwidth=2',
  bad: 'color="#e2a49d"',
  good: 'color="#9ccfab" fillcolor="#eef8f0"',
  unsure: 'color="#d9b65c" fillcolor="#fdf6e3"',
  plain: 'color="#c4cad1"',
};

/** A drawing in the language of Graphviz. */
export function drawingToDot({ edges, nodes, omitted, title }: Drawing): string {
  return [
    'digraph kroot {',
    `  graph [label=${quoted([title])} labelloc=t rankdir=LR fontname="Helvetica,Arial,sans-serif"]`,
    '  node [shape=box style="rounded,filled" fillcolor="#ffffff" fontname="Helvetica,Arial,sans-serif" fontsize=11]',
    '  edge [color="#8c959f" fontcolor="#57606a" fontname="Helvetica,Arial,sans-serif" fontsize=9]',
    ...nodes.map(
      (node, at) => `  n${at} [label=${label(node)} ${COLORS[node.tone]}${node.folded ? ' peripheries=2' : ''}]`,
    ),
    ...edges.map((edge) => {
      const attributes = [
        ...(edge.label === '' ? [] : [`label=${quoted([edge.label])}`]),
        ...(edge.faint ? ['style=dashed'] : []),
      ].join(' ');
      return `  n${edge.from} -> n${edge.to}${attributes === '' ? '' : ` [${attributes}]`}`;
    }),
    ...(omitted === 0 ? [] : [`  more [label="${omitted} more, not drawn" ${COLORS.plain}]`]),
    '}',
    '',
  ].join('\n');
}

function label({ kind, name, state }: DrawingNode): string {
  return quoted([kind, name, state].filter((text) => text.trim() !== ''));
}

/** In a quoted string a backslash begins an escape: also in labels, where `\N` would be the name of the node. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line
      .replaceAll(/\s+/g, ' ')
      .replaceAll('\\', String.raw`\\`)
      .replaceAll('"', String.raw`\"`),
  );
  return `"${escaped.join(String.raw`\n`)}"`;
}
