import { formatQuantity, parseQuantity } from '@kroot/graph';

/** A memory quantity in bytes; undefined if it is none. */
export function memoryBytes(quantity: string): number | undefined {
  const milli = parseQuantity(quantity);
  return milli === undefined ? undefined : Number(milli) / 1000;
}

/** Twice a memory quantity, as Kubernetes would print it; at least 32Mi, below which few programs start. */
export function moreMemory(quantity: string): string {
  const milli = parseQuantity(quantity) ?? 0n;
  const least = 32n * 1024n * 1024n * 1000n;
  const doubled = milli * 2n;
  return formatQuantity('memory', doubled < least ? least : doubled);
}
