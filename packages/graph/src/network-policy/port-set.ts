/** The protocols that policies can name. Of others, such as ICMP, the API says nothing. */
export const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** A protocol that policies can name. */
export type Protocol = (typeof PROTOCOLS)[number];

/** Ports from the first to the last, both included. */
export type PortRange = readonly [first: number, last: number];

/** A set of ports by protocol: for each protocol disjoint ranges that do not touch, in ascending order. */
export type PortSet = Readonly<Record<Protocol, readonly PortRange[]>>;

const LAST_PORT = 65_535;
const NOTHING: readonly PortRange[] = [];
const EVERYTHING: readonly PortRange[] = [[1, LAST_PORT]];

/** No port at all. */
export const NO_PORTS: PortSet = { TCP: NOTHING, UDP: NOTHING, SCTP: NOTHING };

/** Every port of every protocol. */
export const ALL_PORTS: PortSet = { TCP: EVERYTHING, UDP: EVERYTHING, SCTP: EVERYTHING };

/** Whether policies can name the protocol. */
export function isProtocol(text: string): text is Protocol {
  return PROTOCOLS.some((protocol) => protocol === text);
}

/** The ports of one protocol from the first to the last; numbers that are no ports are left out. */
export function portsFrom(protocol: Protocol, first = 1, last: number = LAST_PORT): PortSet {
  const from = Math.max(1, first);
  const to = Math.min(LAST_PORT, last);
  return from > to ? NO_PORTS : { ...NO_PORTS, [protocol]: [[from, to]] };
}

/** Whether a port is in the set. */
export function hasPort(set: PortSet, protocol: string, port: number): boolean {
  return isProtocol(protocol) && set[protocol].some(([first, last]) => first <= port && port <= last);
}

/** Whether the set holds nothing. */
export function isEmpty(set: PortSet): boolean {
  return PROTOCOLS.every((protocol) => set[protocol].length === 0);
}

/** Whether the set holds every port of every protocol. */
export function isEverything(set: PortSet): boolean {
  return PROTOCOLS.every((protocol) => {
    const [range, ...more] = set[protocol];
    return more.length === 0 && range?.[0] === 1 && range[1] === LAST_PORT;
  });
}

/** Whether two sets hold the same ports. */
export function samePorts(a: PortSet, b: PortSet): boolean {
  return (
    a === b ||
    PROTOCOLS.every(
      (protocol) =>
        a[protocol].length === b[protocol].length &&
        a[protocol].every(([first, last], at) => first === b[protocol][at]?.[0] && last === b[protocol][at][1]),
    )
  );
}

/** What is in either set. */
export function unite(a: PortSet, b: PortSet): PortSet {
  if (a === NO_PORTS || b === ALL_PORTS || a === b) return b;
  if (b === NO_PORTS || a === ALL_PORTS) return a;
  return byProtocol((protocol) => uniteRanges(a[protocol], b[protocol]));
}

/** What is in both sets. */
export function intersect(a: PortSet, b: PortSet): PortSet {
  if (a === NO_PORTS || b === ALL_PORTS || a === b) return a;
  if (b === NO_PORTS || a === ALL_PORTS) return b;
  return byProtocol((protocol) => intersectRanges(a[protocol], b[protocol]));
}

/** What is in the first set and not in the second. */
export function subtract(a: PortSet, b: PortSet): PortSet {
  if (a === NO_PORTS || b === NO_PORTS) return a;
  if (b === ALL_PORTS || a === b) return NO_PORTS;
  return byProtocol((protocol) => subtractRanges(a[protocol], b[protocol]));
}

/** Keeps the two constants what they are, for the short ways above. */
function byProtocol(ranges: (protocol: Protocol) => readonly PortRange[]): PortSet {
  const set = { TCP: ranges('TCP'), UDP: ranges('UDP'), SCTP: ranges('SCTP') };
  if (isEmpty(set)) return NO_PORTS;
  return isEverything(set) ? ALL_PORTS : set;
}

function uniteRanges(a: readonly PortRange[], b: readonly PortRange[]): readonly PortRange[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const found: [number, number][] = [];
  for (const [first, last] of [...a, ...b].toSorted((x, y) => x[0] - y[0])) {
    const before = found.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else found.push([first, last]);
  }
  return found;
}

function intersectRanges(a: readonly PortRange[], b: readonly PortRange[]): readonly PortRange[] {
  return a.flatMap(([first, last]) =>
    b.flatMap(([from, to]): readonly PortRange[] => {
      const low = Math.max(first, from);
      const high = Math.min(last, to);
      return low > high ? [] : [[low, high]];
    }),
  );
}

function subtractRanges(a: readonly PortRange[], b: readonly PortRange[]): readonly PortRange[] {
  const left: PortRange[] = [];
  for (const [first, last] of a) {
    let from = first;
    for (const [low, high] of b) {
      if (high < from || low > last) continue;
      if (low > from) left.push([from, low - 1]);
      from = high + 1;
    }
    if (from <= last) left.push([from, last]);
  }
  return left;
}
