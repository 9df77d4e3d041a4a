import { type Address } from './ip.ts';
import { type AddressRange, blockRanges, type IpBlock, LAST_ADDRESS } from './ip-block.ts';

/**
 * The address space, cut at every border of a block that a policy names: all addresses of a cell are alike to policies.
 */
export interface AddressCells {
  /** The cells of a family, in ascending order; together they hold every address. */
  cells(family: 4 | 6): readonly AddressRange[];
  /** A key of the cell that holds an address. */
  keyOf(address: Address): string;
  /** Whether some policy names a block of the family. */
  isNamed(family: 4 | 6): boolean;
}

/** Cuts the address space at the borders of these blocks, and around single addresses. */
export function addressCells(blocks: readonly IpBlock[], single: readonly Address[] = []): AddressCells {
  const cuts = { 4: new Set<bigint>([0n]), 6: new Set<bigint>([0n]) };
  const cut = ({ family, first, last }: AddressRange): void => {
    cuts[family].add(first);
    if (last < LAST_ADDRESS[family]) cuts[family].add(last + 1n);
  };
  for (const block of blocks) for (const range of blockRanges(block)) cut(range);
  for (const { family, value } of single) cut({ family, first: value, last: value });
  const starts = { 4: sorted(cuts[4]), 6: sorted(cuts[6]) };
  const named = { 4: false, 6: false };
  for (const block of blocks) for (const { family } of blockRanges(block)) named[family] = true;
  return {
    cells: (family) =>
      starts[family].map((first, at) => ({
        family,
        first,
        last: (starts[family][at + 1] ?? LAST_ADDRESS[family] + 1n) - 1n,
      })),
    keyOf: ({ family, value }) => `${family}.${indexIn(starts[family], value)}`,
    isNamed: (family) => named[family],
  };
}

function sorted(values: ReadonlySet<bigint>): readonly bigint[] {
  return [...values].toSorted((a, b) => (a < b ? -1 : 1));
}

/** Position of the last start that is not above the value. */
function indexIn(starts: readonly bigint[], value: bigint): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0n) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
