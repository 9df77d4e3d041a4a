/** An address as a number; families never compare with each other. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** A range of addresses: `value` without its host bits. */
export interface Cidr extends Address {
  readonly prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;
const MAPPED = 0xffff_0000_0000n;

/** Reads an IPv4 or IPv6 address; an IPv4 address mapped into IPv6 is the IPv4 address. Undefined if it is neither. */
export function parseAddress(text: string): Address | undefined {
  const plain = parseIPv4(text);
  if (plain !== undefined) return { family: 4, value: plain };
  const value = parseIPv6(text);
  if (value === undefined) return undefined;
  return value >> 32n === MAPPED >> 32n ? { family: 4, value: value - MAPPED } : { family: 6, value };
}

/** Reads a CIDR; host bits are masked, as in the API. Undefined if the text is none. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const address = slash === -1 ? undefined : parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (address === undefined || !/^\d{1,3}$/.test(digits)) return undefined;
  const mapped = address.family === 4 && text.includes(':');
  const prefix = Number(digits) - (mapped ? 96 : 0);
  if (prefix < 0 || prefix > BITS[address.family]) return undefined;
  return { family: address.family, value: masked(address, prefix), prefix };
}

function masked(address: Address, prefix: number): bigint {
  const shift = BigInt(BITS[address.family] - prefix);
  return (address.value >> shift) << shift;
}

function parseIPv4(text: string): bigint | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseIPv6(text: string): bigint | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::', 3);
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => parseGroups(half));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? join(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0n);
  return join([...head, ...zeros, ...tail]);
}

/** The groups of 16 bits of one side of `::`; the last may be an IPv4 address. */
function parseGroups(text: string): readonly bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [position, part] of parts.entries()) {
    const embedded = position === parts.length - 1 && part.includes('.') ? parseIPv4(part) : undefined;
    if (embedded !== undefined) groups.push(embedded >> 16n, embedded & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

function join(groups: readonly bigint[]): bigint {
  let value = 0n;
  for (const group of groups) value = (value << 16n) | group;
  return value;
}

/** Prints an address; of IPv6 the shortest form (RFC 5952). */
export function formatAddress({ family, value }: Address): string {
  return family === 4 ? formatGroups(value, 4, 8n, 10).join('.') : shortest(formatGroups(value, 8, 16n, 16));
}

function formatGroups(value: bigint, count: number, bits: bigint, radix: number): readonly string[] {
  const mask = (1n << bits) - 1n;
  return Array.from({ length: count }, (_, at) => ((value >> (bits * BigInt(count - 1 - at))) & mask).toString(radix));
}

/** The first of the longest runs of zeros, if it is more than one, becomes `::`. */
function shortest(groups: readonly string[]): string {
  let start = 0;
  let length = 1;
  for (let at = 0; at < groups.length; at += 1) {
    const end = groups.findIndex((group, other) => other >= at && group !== '0');
    const run = (end === -1 ? groups.length : end) - at;
    if (run > length) [start, length] = [at, run];
  }
  if (length === 1) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}
