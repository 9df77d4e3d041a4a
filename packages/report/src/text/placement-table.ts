import { formatRef, type Placement, type PlacementClass, type PlacementReason, type RoomHolder } from '@kroot/types';
import { counted } from '../words.ts';
import { hang, item, listed } from './block.ts';
import { lineColumns, span, type Line } from './span.ts';
import { wrap } from './wrap.ts';

const MAX_CLASSES = 8;
const MAX_NODES = 2;
const MAX_HOLDERS = 4;
const GAP = 2;

/** Why a pod is on no node: a table of nodes that refuse alike, the smallest change, and who holds the room. */
export function placementLines(placement: Placement, width: number, ellipsis: string): readonly Line[] {
  const { pod, everywhere, classes, complete } = placement;
  const shown = classes.slice(0, MAX_CLASSES);
  const rest = classes.length - shown.length;
  return [
    ...item('', [span(formatRef(pod), 'strong'), span(' is on no node:')], width),
    ...everywhere.flatMap(({ text }) => item('  ', `on any node: ${text}`, width)),
    ...table([HEAD, ...shown.map((entry) => row(entry, ellipsis))], width),
    ...(rest === 0 ? [] : item('  ', `and ${counted(rest, 'more kind')} of nodes`, width)),
    ...smallestLines(placement, width),
    ...holderLines(placement.holders, width),
    ...(complete ? [] : item('  ', 'Not everything that counts here could be seen.', width)),
  ];
}

type Row = readonly [nodes: string, why: string, change: string];

const HEAD: Row = ['NODE', 'WHY NOT', 'WOULD FIT WITH'];

function row({ nodes, unnamed = 0, reasons, change }: PlacementClass, ellipsis: string): Row {
  const names = listed([...nodes.map(({ name }) => name), ...Array<string>(unnamed).fill('')], MAX_NODES, ellipsis);
  // What keeps the pod from every node is told above the table.
  return [
    names,
    reasons.length === 0 ? 'nothing else' : texts(reasons),
    change === undefined ? '-' : change.steps.join(', '),
  ];
}

function texts(reasons: readonly PlacementReason[]): string {
  return reasons.map(({ text }) => text).join('; ');
}

/** Columns as wide as the screen allows: names need least, reasons most. */
function table(rows: readonly Row[], width: number): readonly Line[] {
  const room = width - 2 - 2 * GAP;
  const first = Math.min(Math.floor(room / 4), Math.max(...rows.map(([nodes]) => nodes.length)));
  const third = Math.min(Math.floor(room / 3), Math.max(...rows.map(([, , change]) => change.length)));
  const widths = [first, room - first - third, third];
  return rows.flatMap((cells, index) => tableRow(cells, widths, index === 0));
}

function tableRow(cells: Row, widths: readonly number[], isHead: boolean): readonly Line[] {
  const columns = cells.map((cell, i) => wrap([isHead ? span(cell, 'quiet') : span(cell)], widths[i] ?? 0));
  const height = Math.max(...columns.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, y) =>
    columns.flatMap((column, i) => {
      const line = column[y] ?? [];
      const isLast = i === columns.length - 1;
      return isLast ? line : [...line, span(' '.repeat(Math.max(0, (widths[i] ?? 0) - lineColumns(line)) + GAP))];
    }),
  );
  return hang([span('  ')], lines);
}

function smallestLines({ smallest }: Placement, width: number): readonly Line[] {
  if (smallest === undefined) return [];
  const proof = smallest.verified ? '; replayed with that, the scheduler takes the pod' : '';
  return item('  ', `Smallest change: ${smallest.steps.join(', ')}, for ${smallest.node.name}${proof}.`, width);
}

function holderLines(holders: readonly RoomHolder[], width: number): readonly Line[] {
  if (holders.length === 0) return [];
  const words = holders
    .slice(0, MAX_HOLDERS)
    .map(
      ({ owner, resource, amount, pods, preemptible }) =>
        `${formatRef(owner)} ${amount} ${resource} in ${counted(pods, 'pod')}${preemptible ? ' (of lower priority)' : ''}`,
    );
  return item('  ', `The room there is held by ${words.join(', ')}.`, width);
}
