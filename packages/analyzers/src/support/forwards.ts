import { controllerPods, gatewayPods, refOf } from '@kroot/graph';
import { type Pod, type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';
import { backendsOf, GATEWAY_API, GATEWAY_KIND } from './gateway-api.ts';
import { backendPlaces, type BackendPlace } from './ingress-backends.ts';
import { listOf, textOf } from './untyped.ts';

const ROUTES: readonly string[] = ['GRPCRoute', 'HTTPRoute'].map((kind) => `${kind}.${GATEWAY_API}`);

/** What forwards are read from. */
export const FORWARD_KINDS: readonly string[] = ['Ingress', 'IngressClass', GATEWAY_KIND, ...ROUTES];

/** Requests that pods of a controller forward to a Service. */
export interface Forward {
  /** The Ingress or the route that says so. */
  readonly by: ResourceRef;
  readonly place: BackendPlace;
  readonly pods: readonly Pod[];
}

/** All of them whose pods are known: of Ingresses, then of routes at Gateways. */
export function forwards(snapshot: Snapshot): readonly Forward[] {
  const ofIngresses = snapshot.list('Ingress').flatMap((ingress) => {
    const pods = controllerPods(snapshot, ingress);
    return backendPlaces(ingress).map((place) => ({ by: refOf(ingress), place, pods }));
  });
  return [...ofIngresses, ...ofGateways(snapshot)].filter(({ pods }) => pods.length > 0);
}

function ofGateways(snapshot: Snapshot): readonly Forward[] {
  const gateways = snapshot.list(GATEWAY_KIND).map((gateway) => ({ gateway, pods: gatewayPods(snapshot, gateway) }));
  const routes = ROUTES.flatMap((kind) => snapshot.list(kind));
  return gateways.flatMap(({ gateway, pods }) =>
    routes
      .filter((route) => pods.length > 0 && isParent(route, gateway))
      .flatMap((route) => placesOf(route).map((place) => ({ by: refOf(route), place, pods }))),
  );
}

function isParent(route: UntypedObject, { metadata }: UntypedObject): boolean {
  return listOf(route.spec, 'parentRefs').some(
    (parent) =>
      (textOf(parent, 'kind') ?? 'Gateway') === 'Gateway' &&
      textOf(parent, 'name') === metadata.name &&
      (textOf(parent, 'namespace') ?? route.metadata.namespace) === metadata.namespace,
  );
}

function placesOf(route: UntypedObject): readonly BackendPlace[] {
  const [host = ''] = listOf(route.spec, 'hostnames').map(String);
  return backendsOf(route)
    .filter(({ ref }) => ref.kind === 'Service' && ref.group === '')
    .map(({ ref, path, port }) => ({ service: ref, port, host, path: '/', field: path }));
}
