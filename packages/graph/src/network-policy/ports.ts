import { type NetworkPolicyPort } from '@kroot/types';
import { namedPort } from '../target-ports.ts';
import { type End } from './ends.ts';

/** Whether a rule's ports hold the wanted one; if not, whether a name that the destination lacks is the nearest miss. */
export type PortMatch = 'yes' | 'port' | 'named-port';

/** The port on the destination, and who that is: names are looked up there, for egress rules as well. */
export interface WantedPort {
  readonly port: number;
  readonly protocol: string;
  readonly destination: End;
}

/** Whether any port of a rule is the wanted one. No ports at all means every port of every protocol. */
export function portsMatch(ports: readonly NetworkPolicyPort[] | undefined, wanted: WantedPort): PortMatch {
  if (ports === undefined || ports.length === 0) return 'yes';
  const matches = new Set(ports.map((port) => portMatches(port, wanted)));
  if (matches.has('yes')) return 'yes';
  return matches.has('named-port') ? 'named-port' : 'port';
}

function portMatches({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort, wanted: WantedPort): PortMatch {
  if (protocol !== wanted.protocol) return 'port';
  if (port === undefined) return 'yes';
  if (typeof port === 'number') {
    return port <= wanted.port && wanted.port <= (endPort ?? port) ? 'yes' : 'port';
  }
  const number = numberOn(wanted.destination, port, protocol);
  if (number === undefined) return 'named-port';
  return number === wanted.port ? 'yes' : 'port';
}

function numberOn(destination: End, name: string, protocol: string): number | undefined {
  if (destination.type !== 'pod' && destination.type !== 'host') return undefined;
  return destination.pod === undefined ? undefined : namedPort(destination.pod.spec, name, protocol);
}

/** Prints the ports of a rule: `TCP/80, UDP/53, TCP/8000-8100`. */
export function formatPorts(ports: readonly NetworkPolicyPort[] | undefined): string {
  if (ports === undefined || ports.length === 0) return 'every port';
  return ports
    .map(({ port, endPort, protocol = 'TCP' }) =>
      port === undefined ? protocol : `${protocol}/${port}${endPort === undefined ? '' : `-${endPort}`}`,
    )
    .join(', ');
}
