import { PROTOCOLS, type PortRange, type PortSet, type Protocol } from '@kroot/graph';

/** A set of ports as JSON has it: only the protocols that have any. */
export type PortsJson = Readonly<Partial<Record<Protocol, readonly PortRange[]>>>;

/** Leaves out protocols without ports. */
export function portsJson(set: PortSet): PortsJson {
  return Object.fromEntries(
    PROTOCOLS.flatMap((protocol) => (set[protocol].length === 0 ? [] : [[protocol, set[protocol]]])),
  );
}
