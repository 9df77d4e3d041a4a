import { type PodSpec } from '@kroot/types';
import { namedPorts } from '../target-ports.ts';
import { type End } from './ends.ts';
import { type RulePort } from './policy-model.ts';
import { ALL_PORTS, isProtocol, NO_PORTS, portsFrom, PROTOCOLS, unite, type PortSet } from './port-set.ts';

/** The ports of a destination that a rule names. */
export interface NamedPorts {
  readonly certain: PortSet;
  /** Ports that it may name, where the destination's names of ports are not known. */
  readonly possible: PortSet;
}

const EVERY_PORT: NamedPorts = { certain: ALL_PORTS, possible: NO_PORTS };

/** No ports at all means every port of every protocol. */
export function rulePorts(ports: readonly RulePort[] | undefined, destination: End): NamedPorts {
  if (ports === undefined) return EVERY_PORT;
  let certain = NO_PORTS;
  let possible = NO_PORTS;
  for (const port of ports) {
    const numbers = numbersOf(port, destination);
    if (numbers === undefined) possible = unite(possible, whole(port));
    else certain = unite(certain, numbers);
  }
  return { certain, possible };
}

/** Whether a rule gives a name for a port, in this protocol, that the destination lacks. */
export function lacksNamedPort(ports: readonly RulePort[] | undefined, protocol: string, destination: End): boolean {
  return (ports ?? []).some(
    (port) =>
      typeof port.port === 'string' &&
      (port.protocol ?? protocol) === protocol &&
      numbersOf(port, destination) === NO_PORTS,
  );
}

/** Undefined where a name stands for a port that cannot be told. */
function numbersOf({ protocol, port, endPort }: RulePort, destination: End): PortSet | undefined {
  if (typeof port !== 'string') {
    return protocol === undefined || !isProtocol(protocol)
      ? NO_PORTS
      : port === undefined
        ? portsFrom(protocol)
        : portsFrom(protocol, port, endPort ?? port);
  }
  if (destination.type === 'anybody') return undefined;
  // Names are looked up on the destination, for egress rules as well; only pods have any.
  const spec = destination.type === 'pod' || destination.type === 'host' ? destination.pod?.spec : undefined;
  return spec === undefined ? NO_PORTS : numbersNamed(spec, port, protocol);
}

function numbersNamed(spec: PodSpec, name: string, protocol: string | undefined): PortSet {
  let found = NO_PORTS;
  for (const { protocol: declared, port } of namedPorts(spec, name)) {
    if ((protocol ?? declared) === declared && isProtocol(declared))
      found = unite(found, portsFrom(declared, port, port));
  }
  return found;
}

function whole({ protocol }: RulePort): PortSet {
  if (protocol === undefined) return ALL_PORTS;
  return isProtocol(protocol) ? portsFrom(protocol) : NO_PORTS;
}

/** Prints the ports of a rule: `TCP/80, UDP/53, TCP/8000-8100`. */
export function formatRulePorts(ports: readonly RulePort[] | undefined): string {
  if (ports === undefined) return 'every port';
  return ports.map((port) => formatRulePort(port)).join(', ');
}

function formatRulePort({ protocol, port, endPort }: RulePort): string {
  if (port === undefined) return protocol ?? PROTOCOLS.join(', ');
  const number = `${port}${endPort === undefined ? '' : `-${endPort}`}`;
  return protocol === undefined ? number : `${protocol}/${number}`;
}
