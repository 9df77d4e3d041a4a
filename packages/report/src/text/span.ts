import { columns } from './columns.ts';

/** What a piece of text means; `paint` gives it its colour. */
export type Style = 'critical' | 'warning' | 'info' | 'bad' | 'good' | 'unsure' | 'strong' | 'quiet';

/** Text with a style. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One line of output. */
export type Line = readonly Span[];

/** What builders of lines take: plain text or spans. */
export type Text = string | readonly Span[];

/** Makes a span. */
export function span(text: string, style?: Style): Span {
  return style === undefined ? { text } : { text, style };
}

/** Turns text into spans. */
export function spans(text: Text): readonly Span[] {
  return typeof text === 'string' ? [span(text)] : text;
}

/** How many columns a line takes. */
export function lineColumns(line: Line): number {
  return line.reduce((sum, { text }) => sum + columns(text), 0);
}
