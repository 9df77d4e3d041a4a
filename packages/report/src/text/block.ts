import { columns } from './columns.ts';
import { lineColumns, span, spans, type Line, type Span, type Text } from './span.ts';
import { wrap } from './wrap.ts';

/** Where the text of a card begins. */
export const INDENT = 12;

/** An empty line. */
export const BLANK: Line = [];

/** Puts spaces in front of lines. */
export function indent(lines: readonly Line[], size: number): readonly Line[] {
  return hang([span(' '.repeat(size))], lines);
}

/** Puts `head` in front of the first line and `rest`, or as many spaces, in front of the others. */
export function hang(head: readonly Span[], lines: readonly Line[], rest?: Span): readonly Line[] {
  const other = [rest ?? span(' '.repeat(lineColumns(head)))];
  return lines.map((line, index) => (index === 0 ? head : other).concat(line));
}

/** A part of a card: its name in the margin, lines beside it. */
export function labelled(label: string, lines: readonly Line[]): readonly Line[] {
  return hang([span(`  ${label}`.padEnd(INDENT))], lines);
}

/** Text behind a bullet, number or name, wrapped with a hanging indent. */
export function item(head: Text, text: Text, width: number): readonly Line[] {
  const lead = spans(head);
  return hang(lead, wrap(text, width - lineColumns(lead)));
}

/** Text with something at the right edge of its first line where there is room, else below it. */
export function withRightEdge(text: Text, right: Span, width: number): readonly Line[] {
  const size = columns(right.text) + 2;
  if (size > width / 2) return [...wrap(text, width), ...wrap([right], width)];
  const [first = [], ...rest] = wrap(text, width, width - size);
  const gap = width - lineColumns(first) - columns(right.text);
  return gap < 2 ? [first, ...rest, ...wrap([right], width)] : [[...first, span(' '.repeat(gap)), right], ...rest];
}

/** A list of words behind each other, such as names, with ` … and N more` when `max` cuts it. */
export function listed(words: readonly string[], max: number, ellipsis: string): string {
  const rest = words.length - max;
  // One more name takes no more room than the words that say it is missing.
  if (rest <= 1) return words.join(', ');
  return `${words.slice(0, max).join(', ')} ${ellipsis} and ${rest} more`;
}
