import { type NetworkPolicyPeer } from '@kroot/types';
import { parseCidr, type Address } from './ip.ts';

/** An address range of a NetworkPolicy peer and what is taken out of it. */
export type IpBlock = NonNullable<NetworkPolicyPeer['ipBlock']>;

/** Addresses from `first` to `last`, both included. */
interface Range {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const LAST_ADDRESS = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n } as const;

const known = new WeakMap<IpBlock, readonly Range[]>();

/** Whether the block, without its exceptions, holds the address. */
export function blockHolds(block: IpBlock, address: Address): boolean {
  return rangesOf(block).some(
    ({ family, first, last }) => family === address.family && first <= address.value && address.value <= last,
  );
}

/** Whether the block holds some address outside the cluster: every IPv4 address, none at all, or it depends on which. */
export function blockHoldsOutside(block: IpBlock): 'yes' | 'no' | 'unknown' {
  const ranges = rangesOf(block);
  if (ranges.length === 0) return 'no';
  return ranges.some(({ family, first, last }) => family === 4 && first === 0n && last === LAST_ADDRESS[4])
    ? 'yes'
    : 'unknown';
}

/** The CIDR minus its exceptions; an exception is of no effect on other blocks or policies. */
function rangesOf(block: IpBlock): readonly Range[] {
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

function subtract(whole: Range, except: readonly Range[]): readonly Range[] {
  const left: Range[] = [];
  let { first } = whole;
  for (const hole of except) {
    if (hole.first > whole.last) break;
    if (hole.first > first) left.push({ family: whole.family, first, last: hole.first - 1n });
    if (hole.last >= first) first = hole.last + 1n;
  }
  if (first <= whole.last) left.push({ family: whole.family, first, last: whole.last });
  return left;
}

function rangeOf(text: string): Range | undefined {
  const cidr = parseCidr(text);
  if (cidr === undefined) return undefined;
  const hosts = LAST_ADDRESS[cidr.family] >> BigInt(cidr.prefix);
  return { family: cidr.family, first: cidr.value, last: cidr.value + hosts };
}
