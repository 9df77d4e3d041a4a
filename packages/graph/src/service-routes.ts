import { type Service, type ServicePort, type Snapshot } from '@kroot/types';
import { backendPorts, serviceEndpoints, type BackendPort } from './endpoints.ts';
import { isFinished } from './pods-by-label.ts';

/** Where a client that dials a Service gets to by one of its ports. */
export interface ServiceRoute {
  /** Absent where the client dials a port that a headless Service does not list. */
  readonly servicePort?: ServicePort;
  readonly protocol: string;
  /** Clients have the addresses of the pods and dial this port of theirs: targetPort is not asked. */
  readonly dialled?: number;
  readonly backends: readonly BackendPort[];
}

/** Whether clients of a Service get the addresses of its pods instead of one of its own. */
export function isHeadless({ spec }: Service): boolean {
  return spec?.clusterIP === 'None' && spec.type !== 'ExternalName';
}

/**
 * Where a client gets to that dials a Service: by one port, given as number or name, or by each of them. None when the Service does
 * not have the port.
 * https://kubernetes.io/docs/concepts/services-networking/service/#headless-services
 */
export function serviceRoutes(snapshot: Snapshot, service: Service, wanted?: number | string): readonly ServiceRoute[] {
  const ports = service.spec?.ports ?? [];
  const asked = wanted === undefined ? ports : ports.filter(({ port, name }) => wanted === port || wanted === name);
  if (isHeadless(service) && typeof wanted === 'number') return directRoutes(snapshot, service, wanted, asked);
  return asked.map((port) => ({
    servicePort: port,
    protocol: port.protocol ?? 'TCP',
    backends: backendPorts(snapshot, service, port),
  }));
}

function directRoutes(
  snapshot: Snapshot,
  service: Service,
  port: number,
  asked: readonly ServicePort[],
): readonly ServiceRoute[] {
  const { ready, notReady, selected } = serviceEndpoints(snapshot, service);
  const addresses = [...ready, ...notReady];
  const backends: readonly BackendPort[] =
    addresses.length === 0
      ? selected.filter((pod) => !isFinished(pod)).map((pod) => ({ pod, port, ready: false }))
      : addresses.map((each) => ({
          ...(each.pod !== undefined && { pod: each.pod }),
          address: each.address,
          port,
          ready: each.ready,
        }));
  const listed = asked.length === 0 ? [undefined] : asked;
  return listed.map((servicePort) => ({
    ...(servicePort !== undefined && { servicePort }),
    protocol: servicePort?.protocol ?? 'TCP',
    dialled: port,
    backends,
  }));
}
