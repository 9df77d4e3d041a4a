import { type Severity } from '@kroot/types';
import { INDENT } from './block.ts';
import { columns } from './columns.ts';
import { span, type Span } from './span.ts';

/** The margin of a card: its rank (or a sign) and severity. */
export function severityHead(rank: string, severity: Severity): readonly Span[] {
  const word = severity.toUpperCase();
  const gap = Math.max(1, INDENT - columns(rank) - 1 - word.length);
  return [span(`${rank} `, 'strong'), span(word, severity), span(' '.repeat(gap))];
}
