import { isFinished, memoize, namedPort, refOf, serviceEndpoints, type ServiceEndpoints } from '@kroot/graph';
import {
  type Container,
  type ContainerPort,
  type Pod,
  type ResourceRef,
  type Service,
  type ServicePort,
  type Snapshot,
} from '@kroot/types';
import { podsOwner } from './pods-owner.ts';

/** A port of a Service that none of its pods declares as it is asked for. */
export interface PortMiss {
  readonly service: Service;
  readonly port: ServicePort;
  /** Position in spec.ports. */
  readonly index: number;
  readonly kind: 'named' | 'number' | 'protocol';
  /** Name or number that the Service asks for on the pod. */
  readonly target: number | string;
  readonly protocol: string;
  /** What the pods declare, without repetition. */
  readonly declared: readonly ContainerPort[];
  readonly pods: readonly Pod[];
  /** The workload of the pods. */
  readonly owner: ResourceRef;
  /** All other ports of the Service lead somewhere. */
  readonly othersFit: boolean;
}

/** All such ports, once per snapshot. */
export const portMisses: (snapshot: Snapshot) => readonly PortMiss[] = memoize((snapshot) =>
  snapshot.list('Service').flatMap((service) => missesOf(snapshot, service)),
);

function missesOf(snapshot: Snapshot, service: Service): readonly PortMiss[] {
  const endpoints = serviceEndpoints(snapshot, service);
  const { managed, selected, selectedComplete } = endpoints;
  const pods = selected.filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined);
  const [first] = pods;
  if (!managed || !selectedComplete || first === undefined) return [];
  const owner = podsOwner(snapshot, pods);
  const ports = service.spec?.ports ?? [];
  const found = ports.flatMap((port, index) => {
    const kind = kindOf(service, port, pods);
    if (kind === undefined || (typeof targetOf(port) === 'string' && isStated(endpoints, port))) return [];
    const common = {
      service,
      port,
      index,
      kind,
      target: targetOf(port),
      protocol: port.protocol ?? 'TCP',
      pods,
      owner,
    };
    return [{ ...common, declared: declaredBy(pods) }];
  });
  return found.map((miss) => ({ ...miss, othersFit: found.length < ports.length }));
}

/** The cluster found the name on some pod, whatever the capture shows of it. */
function isStated({ source, ready, notReady }: ServiceEndpoints, { name = '' }: ServicePort): boolean {
  if (source !== 'EndpointSlice' && source !== 'Endpoints') return false;
  return [...ready, ...notReady].some(({ ports }) =>
    ports.some((port) => port.name === name && port.port !== undefined),
  );
}

function targetOf({ targetPort, port }: ServicePort): number | string {
  return targetPort === undefined || targetPort === '' || targetPort === 0 ? port : targetPort;
}

/** What is wrong with a port on every pod; undefined when some pod has it. */
function kindOf(service: Service, port: ServicePort, pods: readonly Pod[]): PortMiss['kind'] | undefined {
  const target = targetOf(port);
  const protocol = port.protocol ?? 'TCP';
  if (typeof target === 'string') {
    if (pods.some(({ spec }) => namedPort(spec, target, protocol) !== undefined)) return undefined;
    return ['TCP', 'UDP', 'SCTP'].some((other) => pods.some(({ spec }) => namedPort(spec, target, other) !== undefined))
      ? 'protocol'
      : 'named';
  }
  const declared = pods.flatMap((pod) => portsOf(pod));
  const sameNumber = declared.filter(({ containerPort }) => containerPort === target);
  if (sameNumber.some((each) => (each.protocol ?? 'TCP') === protocol)) return undefined;
  // One number for two protocols, as DNS and HTTP/3 have it: the image may well listen on both.
  if (sameNumber.length > 0) return isTwin(service, port) ? undefined : 'protocol';
  return declared.length === 0 ? undefined : 'number';
}

/** Whether the Service has the same number for another protocol as well. */
function isTwin({ spec }: Service, port: ServicePort): boolean {
  return (spec?.ports ?? []).some(
    (other) => other !== port && other.port === port.port && (other.protocol ?? 'TCP') !== (port.protocol ?? 'TCP'),
  );
}

/** The containers that may serve: all but init containers that come to an end. */
export function servingContainers({ spec }: Pod): readonly Container[] {
  return [...spec.containers, ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')];
}

function portsOf(pod: Pod): readonly ContainerPort[] {
  return servingContainers(pod).flatMap(({ ports = [] }) => ports);
}

function declaredBy(pods: readonly Pod[]): readonly ContainerPort[] {
  const found = new Map<string, ContainerPort>();
  for (const port of pods.flatMap((pod) => portsOf(pod))) {
    found.set(`${port.name ?? ''}/${port.containerPort}/${port.protocol ?? 'TCP'}`, port);
  }
  return [...found.values()];
}

/** `8080`, `8080 ("http")`, `53/UDP`. */
export function portWords({ name, containerPort, protocol = 'TCP' }: ContainerPort): string {
  const number = protocol === 'TCP' ? String(containerPort) : `${containerPort}/${protocol}`;
  return name === undefined || name === '' ? number : `${number} ("${name}")`;
}

/** The Service of a miss. */
export function serviceOf({ service }: PortMiss): ResourceRef {
  return refOf(service);
}
