import { ConnectionError } from './connection-error.ts';

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `--request-timeout`: seconds, or a Go duration such as `1m30s`; undefined for none (`0`). */
export function parseTimeout(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const total = /^\d+$/.test(value) ? Number(value) * 1000 : duration(value);
  return total === 0 ? undefined : total;
}

function duration(value: string): number {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(value)) {
    const problem = '--request-timeout takes seconds, or a number with a unit';
    throw new ConnectionError('KROOT_BAD_FLAG', problem, 'such as 30, 30s or 2m');
  }
  let total = 0;
  for (const [, amount, unit = ''] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (MILLISECONDS[unit] ?? 0);
  }
  return total;
}
