import { type Drawing, type DrawingNode, type Tone } from './drawing.ts';

/** Longer texts are cut: viewers refuse large diagrams. */
const MAX_TEXT = 120;

const CLASSES: Readonly<Record<Tone, string>> = {
  cause: 'fill:#fdf1ef,stroke:#b3261e,stroke-width:2px,color:#7a1a14',
  bad: 'fill:#ffffff,stroke:#e2a49d,color:#1b1f24',
  good: 'fill:#eef8f0,stroke:#9ccfab,color:#1b1f24',
  unsure: 'fill:#fdf6e3,stroke:#d9b65c,color:#5c3c00',
  plain: 'fill:#ffffff,stroke:#c4cad1,color:#1b1f24',
};

/** A drawing as a Mermaid flowchart, which GitHub, GitLab and many editors show. */
export function drawingToMermaid({ edges, nodes, omitted, title }: Drawing): string {
  const tones = [...new Set([...nodes.map(({ tone }) => tone), ...(omitted === 0 ? [] : (['plain'] as const))])];
  return [
    'flowchart LR',
    `  accTitle: ${plain(title)}`,
    ...nodes.map((node, at) => `  n${at}${shape(node)}:::${node.tone}`),
    ...edges.map(({ faint, from, label, to }) => {
      const arrow = faint ? '-.->' : '-->';
      return `  n${from} ${arrow}${label === '' ? '' : `|"${encoded(label)}"|`} n${to}`;
    }),
    ...(omitted === 0 ? [] : [`  more["${omitted} more, not drawn"]:::plain`]),
    ...tones.map((tone) => `  classDef ${tone} ${CLASSES[tone]}`),
    '',
  ].join('\n');
}

function shape({ folded, kind, name, state }: DrawingNode): string {
  const lines = [kind, name, state].filter((text) => text.trim() !== '').map(encoded);
  // Mermaid refuses a text of nothing.
  const text = `"${lines.length === 0 ? '?' : lines.join('<br>')}"`;
  return folded ? `[[${text}]]` : `[${text}]`;
}

/** Letters, digits and what never means anything to Mermaid, Markdown or HTML stay; all else becomes the code of its character. */
function encoded(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1).replace(/\p{Surrogate}$/u, '')}…` : text;
  return Array.from(short.replaceAll(/\s+/g, ' ').trim(), (character) =>
    /[\p{L}\p{N}\p{M} .,/:()=+…-]/u.test(character) ? character : `#${character.codePointAt(0) ?? 32};`,
  ).join('');
}

/** A statement that goes to the end of its line and knows no escapes. */
function plain(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} .,/:()-]+/gu, ' ').trim();
}
