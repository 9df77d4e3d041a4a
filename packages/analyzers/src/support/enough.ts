import { formatQuantity, parseQuantity } from '@kroot/graph';

const MEBI = 1024n * 1024n * 1000n;

/**
 * A quantity, given in thousandths, as a limit that has to reach it: like `formatQuantity`, which cuts amounts of bytes, but
 * never less.
 */
export function enough(resource: string, milli: bigint): string {
  const text = formatQuantity(resource, milli);
  const cut = (parseQuantity(text) ?? 0n) < milli;
  return cut ? `${(milli + MEBI - 1n) / MEBI}Mi` : text;
}
