import { UsageError } from './errors.ts';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1000],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/**
 * Milliseconds of a duration as kubectl takes it: a bare number is seconds, else `30s`, `1m30s`, `1h`; undefined for 0, which
 * is no limit.
 * @throws UsageError when it is none.
 */
export function parseDuration(option: string, value: string): number | undefined {
  const parts = [...value.matchAll(/(?<count>\d+(?:\.\d+)?)(?<unit>ms|[smh]|$)/gy)];
  const read = parts.map(([part]) => part).join('');
  if (value === '' || read !== value) {
    throw new UsageError(`${option} takes a duration such as 30, 90s or 2m, not "${value}"`);
  }
  const sum = parts.reduce(
    (total, { groups }) => total + Number(groups?.['count']) * (UNITS.get(groups?.['unit'] ?? '') ?? 0),
    0,
  );
  return sum === 0 ? undefined : sum;
}
