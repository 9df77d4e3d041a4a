import { compareStrings, type Snapshot } from '@kroot/types';
import {
  engineFor,
  policyConnections,
  type ConnectionEnd,
  type ConnectionOptions,
  type PolicyConnection,
} from './connections.ts';
import { parseAddress, formatAddress } from './ip.ts';
import { workloadPods } from './workload-ends.ts';
import { isEmpty, NO_PORTS, samePorts, subtract, unite, type PortSet } from './port-set.ts';

/** What changed between two ends. */
export interface ConnectionChange {
  readonly src: ConnectionEnd;
  readonly dst: ConnectionEnd;
  readonly before: PortSet;
  readonly after: PortSet;
  readonly added: PortSet;
  readonly removed: PortSet;
  /** An end is a workload that one of the two inputs does not have. */
  readonly workload?: 'new' | 'gone';
}

interface Row {
  readonly src: ConnectionEnd;
  readonly dst: ConnectionEnd;
  before: PortSet;
  after: PortSet;
}

/**
 * What policies allow in one input and not in the other, between the same workloads and addresses. Ports of which it cannot be
 * told count as not allowed.
 */
export function diffConnections(
  before: Snapshot,
  after: Snapshot,
  options: { readonly before: ConnectionOptions; readonly after: ConnectionOptions },
): readonly ConnectionChange[] {
  const older = [...policyConnections(before, options.before)];
  const newer = [...policyConnections(after, options.after)];
  const cuts = cutsOf([...older, ...newer]);
  const rows = new Map<string, Row>();
  const take = (connections: readonly PolicyConnection[], side: 'before' | 'after'): void => {
    for (const { src, dst, allowed } of connections) {
      for (const from of partsOf(src, cuts)) {
        for (const to of partsOf(dst, cuts)) {
          const key = `${keyOf(from)} ${keyOf(to)}`;
          const row = rows.get(key) ?? { src: from, dst: to, before: NO_PORTS, after: NO_PORTS };
          row[side] = unite(row[side], allowed);
          rows.set(key, row);
        }
      }
    }
  };
  take(older, 'before');
  take(newer, 'after');
  const [had, have] = [workloadsOf(before, options.before), workloadsOf(after, options.after)];
  const changed = [...rows.values()].filter((row) => !samePorts(row.before, row.after));
  return joined(changed.toSorted(compareRows)).map((row) => ({ ...changeOf(row), ...stateOf(row, had, have) }));
}

function changeOf({ src, dst, before, after }: Row): ConnectionChange {
  return { src, dst, before, after, added: subtract(after, before), removed: subtract(before, after) };
}

function stateOf(
  { src, dst, before, after }: Row,
  had: ReadonlySet<string>,
  have: ReadonlySet<string>,
): Pick<ConnectionChange, 'workload'> {
  const ends = [src, dst].filter(({ kind }) => kind === 'workload').map((end) => keyOf(end));
  if (isEmpty(before) && ends.some((end) => !had.has(end))) return { workload: 'new' };
  return isEmpty(after) && ends.some((end) => !have.has(end)) ? { workload: 'gone' } : {};
}

function workloadsOf(snapshot: Snapshot, { closedWorld }: ConnectionOptions): ReadonlySet<string> {
  return new Set(workloadPods(snapshot, engineFor(snapshot, closedWorld)).map(({ workload }) => keyOf(workload)));
}

function keyOf(end: ConnectionEnd): string {
  return end.kind === 'ip' ? `${end.from}-${end.to}` : `${end.ns}/${end.name}/${end.owner}`;
}

interface Cut {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** Where ranges of either side begin, or the one after their end. */
function cutsOf(connections: readonly PolicyConnection[]): readonly Cut[] {
  const cuts = new Map<string, Cut>();
  for (const end of connections.flatMap(({ src, dst }) => [src, dst])) {
    const range = rangeOf(end);
    if (range === undefined) continue;
    for (const value of [range.first, range.last + 1n])
      cuts.set(`${range.family} ${value}`, { family: range.family, value });
  }
  return [...cuts.values()].toSorted((a, b) => (a.value < b.value ? -1 : 1));
}

function rangeOf(end: ConnectionEnd): { family: 4 | 6; first: bigint; last: bigint } | undefined {
  if (end.kind !== 'ip') return undefined;
  const from = parseAddress(end.from);
  const to = parseAddress(end.to);
  return from === undefined || to === undefined
    ? undefined
    : { family: from.family, first: from.value, last: to.value };
}

function partsOf(end: ConnectionEnd, cuts: readonly Cut[]): readonly ConnectionEnd[] {
  const range = rangeOf(end);
  if (range === undefined) return [end];
  const { family, first, last } = range;
  const inside = cuts.filter((cut) => cut.family === family && first <= cut.value && cut.value <= last + 1n);
  return inside.slice(0, -1).map(({ value }, at) => ({
    kind: 'ip',
    from: formatAddress({ family, value }),
    to: formatAddress({ family, value: (inside[at + 1]?.value ?? last + 1n) - 1n }),
  }));
}

function compareRows(a: Row, b: Row): number {
  return compareEnds(a.src, b.src) || compareEnds(a.dst, b.dst);
}

/** Workloads by name, then addresses in ascending order. */
function compareEnds(a: ConnectionEnd, b: ConnectionEnd): number {
  if (a.kind !== b.kind) return a.kind === 'workload' ? -1 : 1;
  const [x, y] = [rangeOf(a), rangeOf(b)];
  if (x === undefined || y === undefined) return compareStrings(keyOf(a), keyOf(b));
  return x.family - y.family || (x.first === y.first ? 0 : x.first < y.first ? -1 : 1);
}

/** Puts neighbouring ranges with the same change together again. */
function joined(rows: readonly Row[]): readonly Row[] {
  const bySource = joinedBy(rows, 'dst', 'src');
  return joinedBy(bySource, 'src', 'dst').toSorted(compareRows);
}

function joinedBy(rows: readonly Row[], side: 'src' | 'dst', other: 'src' | 'dst'): readonly Row[] {
  const found: Row[] = [];
  const lastOf = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(row[other]);
    const at = lastOf.get(key);
    const before = at === undefined ? undefined : found[at];
    const end = before === undefined ? undefined : neighbours(before[side], row[side]);
    if (at !== undefined && before !== undefined && end !== undefined && isSame(before, row)) {
      found[at] = { ...before, [side]: end };
    } else {
      lastOf.set(key, found.length);
      found.push(row);
    }
  }
  return found;
}

function isSame(a: Row, b: Row): boolean {
  return samePorts(a.before, b.before) && samePorts(a.after, b.after);
}

function neighbours(a: ConnectionEnd, b: ConnectionEnd): ConnectionEnd | undefined {
  const [x, y] = [rangeOf(a), rangeOf(b)];
  if (x === undefined || y === undefined || a.kind !== 'ip' || b.kind !== 'ip') return undefined;
  return x.family === y.family && x.last + 1n === y.first ? { kind: 'ip', from: a.from, to: b.to } : undefined;
}
