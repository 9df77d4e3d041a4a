import { hang } from './block.ts';
import { columns } from './columns.ts';
import { lineColumns, span, type Line, type Span } from './span.ts';
import { wrap } from './wrap.ts';

/** A row of a tree that is drawn. */
export interface TreeRow {
  /** Lines of the tree in front of the name. */
  readonly lead: string;
  /** The same for further lines of this row. */
  readonly rest: string;
  readonly name: string;
  readonly state: readonly Span[];
}

/** Puts the states of rows into a column beside the names, where there is room. */
export function treeLines(all: readonly TreeRow[], width: number): readonly Line[] {
  const limit = Math.floor(width * 0.6);
  const sizes = all.map((row) => columns(row.lead) + columns(row.name) + 2);
  const column = Math.max(0, ...sizes.filter((size) => size <= limit));
  return all.flatMap((row) => layOut(row, column, width));
}

function layOut(row: TreeRow, column: number, width: number): readonly Line[] {
  const { lead, name, rest, state } = row;
  const size = columns(lead) + columns(name);
  const at = size + 2 <= column ? column : size + 2;
  const beside = wrap(state, width - at);
  if (beside.length > 0 && (at === column || at + lineColumns(state) <= width)) {
    const head = [span(lead, 'quiet'), span(name, 'strong'), span(' '.repeat(at - size))];
    return hang(head, beside, padded(rest, at));
  }
  const inner = columns(rest) + 2;
  const below = wrap(state, width - inner);
  const names = wrap([span(name, 'strong')], width - columns(lead));
  return [
    ...hang([span(lead, 'quiet')], names, padded(rest, columns(lead))),
    ...hang([padded(rest, inner)], below, padded(rest, inner)),
  ];
}

function padded(rest: string, size: number): Span {
  return span(rest + ' '.repeat(Math.max(0, size - columns(rest))), 'quiet');
}
