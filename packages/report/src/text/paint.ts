import { $ as kleur, bold, cyan, dim, green, red, yellow } from 'kleur/colors';
import { type Line, type Style } from './span.ts';

const PAINTS: Readonly<Record<Style, (text: string) => string>> = {
  critical: (text) => bold(red(text)),
  warning: (text) => bold(yellow(text)),
  info: (text) => bold(cyan(text)),
  bad: red,
  good: green,
  unsure: yellow,
  strong: bold,
  quiet: dim,
};

/** Prints lines, with colours or without. */
export function paint(lines: readonly Line[], color: boolean): string {
  const before = kleur.enabled;
  // kleur decides once, from the stdout of the process; here the caller decides, for each call.
  kleur.enabled = color;
  try {
    return lines.map((line) => `${paintLine(line)}\n`).join('');
  } finally {
    kleur.enabled = before;
  }
}

function paintLine(line: Line): string {
  const end = line.findLastIndex(({ text }) => text.trim() !== '');
  const runs: { text: string; readonly style: Style | undefined }[] = [];
  for (const [index, { text, style }] of line.slice(0, end + 1).entries()) {
    // A line is one line: `wrap` has dealt with the newlines of texts, here one could only be inside a name.
    const shown = (index === end ? text.trimEnd() : text).replaceAll('\n', ' ');
    const last = runs.at(-1);
    if (last?.style === style && last !== undefined) last.text += shown;
    else runs.push({ text: shown, style });
  }
  return runs
    .map(({ text, style }) => (style === undefined || text.trim() === '' ? text : PAINTS[style](text)))
    .join('');
}
