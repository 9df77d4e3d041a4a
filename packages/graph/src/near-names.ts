import { compareStrings } from '@kroot/types';

const MAX_CANDIDATES = 5000;
/** Kubernetes names end at 253 characters; more is no name. */
const MAX_LENGTH = 253;
const MAX_DISTANCE = 8;
/** A shorter name is contained in too many others to mean anything. */
const MIN_CONTAINED = 4;

/**
 * The candidates that somebody may have meant, best first: the same name but for case and separators, then those
 * within few edits, then those that contain the name or are contained in it.
 */
export function nearNames(wanted: string, candidates: Iterable<string>, max = 3): readonly string[] {
  const plain = withoutSeparators(wanted);
  const ranked = new Map<string, number>();
  const rows = makeRows();
  let seen = 0;
  for (const candidate of candidates) {
    if (seen >= MAX_CANDIDATES) break;
    seen++;
    if (candidate === wanted || candidate === '' || candidate.length > MAX_LENGTH) continue;
    const rank = rankOf(wanted, plain, candidate, rows);
    if (rank !== undefined) ranked.set(candidate, rank);
  }
  return [...ranked]
    .toSorted(([nameA, a], [nameB, b]) => a - b || compareStrings(nameA, nameB))
    .slice(0, max)
    .map(([name]) => name);
}

function rankOf(wanted: string, plainWanted: string, candidate: string, rows: Rows): number | undefined {
  const plain = withoutSeparators(candidate);
  if (plain === plainWanted && plain !== '') return 0;
  const bound = Math.min(MAX_DISTANCE, Math.max(1, Math.floor(wanted.length / 4)));
  const distance = editDistance(wanted, candidate, bound, rows);
  // One edit turns a name of one letter into any other.
  if (distance !== undefined && distance < Math.min(wanted.length, candidate.length)) return distance;
  if (Math.min(plain.length, plainWanted.length) < MIN_CONTAINED) return undefined;
  if (!plain.includes(plainWanted) && !plainWanted.includes(plain)) return undefined;
  return MAX_DISTANCE + Math.abs(plain.length - plainWanted.length);
}

function withoutSeparators(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.\s]/g, '');
}

/** Three rows of the table of distances, used again for every candidate. */
interface Rows {
  beforeLast: Uint16Array;
  last: Uint16Array;
  current: Uint16Array;
}

function makeRows(): Rows {
  const length = MAX_LENGTH + 2;
  return { beforeLast: new Uint16Array(length), last: new Uint16Array(length), current: new Uint16Array(length) };
}

/** Edits (insert, delete, replace, swap of neighbours) from one to the other; undefined if more than `bound`. */
function editDistance(a: string, b: string, bound: number, rows: Rows): number | undefined {
  if (Math.abs(a.length - b.length) > bound || a.length > MAX_LENGTH) return undefined;
  const far = bound + 1;
  for (let column = 0; column <= b.length; column++) rows.last[column] = Math.min(column, far);
  for (let row = 1; row <= a.length; row++) {
    // Cells more than `bound` away from the diagonal are always too far: the band is all that is computed.
    const start = Math.max(1, row - bound);
    const end = Math.min(b.length, row + bound);
    rows.current[start - 1] = start === 1 ? Math.min(row, far) : far;
    const best = fillRow(a, b, row, { start, end, far }, rows);
    if (end < b.length) rows.current[end + 1] = far;
    if (best > bound) return undefined;
    const spare = rows.beforeLast;
    rows.beforeLast = rows.last;
    rows.last = rows.current;
    rows.current = spare;
  }
  const distance = rows.last[b.length] ?? far;
  return distance > bound ? undefined : distance;
}

function fillRow(
  a: string,
  b: string,
  row: number,
  { start, end, far }: { readonly start: number; readonly end: number; readonly far: number },
  { beforeLast, last, current }: Rows,
): number {
  const letter = a.charCodeAt(row - 1);
  const before = row > 1 ? a.charCodeAt(row - 2) : -1;
  let best = current[start - 1] ?? far;
  for (let column = start; column <= end; column++) {
    const other = b.charCodeAt(column - 1);
    const replaced = (last[column - 1] ?? far) + (letter === other ? 0 : 1);
    let cell = Math.min((last[column] ?? far) + 1, (current[column - 1] ?? far) + 1, replaced, far);
    if (column > 1 && before === other && letter === b.charCodeAt(column - 2)) {
      cell = Math.min(cell, (beforeLast[column - 2] ?? far) + 1);
    }
    current[column] = cell;
    if (cell < best) best = cell;
  }
  return best;
}
