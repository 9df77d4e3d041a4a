import { type NetworkPolicyPeer } from '@kroot/types';
import { parseCidr, type Address } from './ip.ts';

/** An address range of a NetworkPolicy peer and what is taken out of it. */
export type IpBlock = NonNullable<NetworkPolicyPeer['ipBlock']>;

/** Addresses from `first` to `last`, both included. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** The last address of each family. */
export const LAST_ADDRESS: Readonly<Record<4 | 6, bigint>> = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n };

const known = new WeakMap<IpBlock, readonly AddressRange[]>();

/** Whether the block, without its exceptions, holds the address. */
export function blockHolds(block: IpBlock, address: Address): boolean {
  return blockRanges(block).some(
    ({ family, first, last }) => family === address.family && first <= address.value && address.value <= last,
  );
}

/** Whether the block holds some address outside the cluster: every IPv4 address, none at all, or it depends on which. */
export function blockHoldsOutside(block: IpBlock): 'yes' | 'no' | 'unknown' {
  const ranges = blockRanges(block);
  if (ranges.length === 0) return 'no';
  return ranges.some(({ family, first, last }) => family === 4 && first === 0n && last === LAST_ADDRESS[4])
    ? 'yes'
    : 'unknown';
}

/** Networks for private use, of which clusters take the addresses of their pods. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].flatMap(
  (cidr) => rangeOf(cidr) ?? [],
);

/** Whether the block holds some address for private use. */
export function blockHoldsPrivate(block: IpBlock): boolean {
  return blockRanges(block).some(({ family, first, last }) =>
    PRIVATE.some((range) => range.family === family && first <= range.last && range.first <= last),
  );
}

/** The CIDR minus its exceptions; an exception is of no effect on other blocks or policies. */
export function blockRanges(block: IpBlock): readonly AddressRange[] {
  const have = known.get(block);
  if (have !== undefined) return have;
  const whole = rangeOf(block.cidr);
  const except = (block.except ?? [])
    .flatMap((cidr) => rangeOf(cidr) ?? [])
    .filter(({ family }) => family === whole?.family)
    .toSorted((a, b) => (a.first < b.first ? -1 : 1));
  const ranges = whole === undefined ? [] : subtract(whole, except);
  known.set(block, ranges);
  return ranges;
}

function subtract(whole: AddressRange, except: readonly AddressRange[]): readonly AddressRange[] {
  const left: AddressRange[] = [];
  let { first } = whole;
  for (const hole of except) {
    if (hole.first > whole.last) break;
    if (hole.first > first) left.push({ family: whole.family, first, last: hole.first - 1n });
    if (hole.last >= first) first = hole.last + 1n;
  }
  if (first <= whole.last) left.push({ family: whole.family, first, last: whole.last });
  return left;
}

function rangeOf(text: string): AddressRange | undefined {
  const cidr = parseCidr(text);
  if (cidr === undefined) return undefined;
  const hosts = LAST_ADDRESS[cidr.family] >> BigInt(cidr.prefix);
  return { family: cidr.family, first: cidr.value, last: cidr.value + hosts };
}
