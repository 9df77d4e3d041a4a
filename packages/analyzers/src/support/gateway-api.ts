import { memoize, refOf, timeOf } from '@kroot/graph';
import { type Condition, type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';
import { listOf, memberOf, textOf } from './untyped.ts';

/** The API group of the Gateway API. */
export const GATEWAY_API = 'gateway.networking.k8s.io';

/** The kinds of routes, as `Snapshot.list` names them. */
export const ROUTE_KINDS: readonly string[] = ['GRPCRoute', 'HTTPRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'].map(
  (kind) => `${kind}.${GATEWAY_API}`,
);

/** Gateways and classes, as `Snapshot.list` names them. */
export const GATEWAY_KIND: string = `Gateway.${GATEWAY_API}`;
/** See `GATEWAY_KIND`. */
export const CLASS_KIND: string = `GatewayClass.${GATEWAY_API}`;

/** A controller answers within moments, unless it waits for an address. */
export const ROUTE_GRACE = 60_000;

/** A route at one of its parents. */
export interface RouteParent {
  readonly route: ResourceRef;
  readonly object: UntypedObject;
  /** Absent for parents that are no Gateway. */
  readonly gateway: ResourceRef;
  readonly sectionName?: string;
  readonly controller?: string;
  readonly conditions: readonly Condition[];
  /** Whether another parent accepts the route. */
  readonly acceptedElsewhere: boolean;
}

/** What the controllers say of each route at each Gateway, in order. */
export const routeParents: (snapshot: Snapshot) => readonly RouteParent[] = memoize((snapshot) =>
  ROUTE_KINDS.flatMap((kind) => snapshot.list(kind)).flatMap((object) => parentsOf(object)),
);

function parentsOf(object: UntypedObject): readonly RouteParent[] {
  const { parents = [] } = object.status ?? {};
  if (object.metadata.deletionTimestamp !== undefined) return [];
  return parents
    .filter(({ parentRef: { kind = 'Gateway', group = GATEWAY_API } }) => kind === 'Gateway' && group === GATEWAY_API)
    .map((parent) => {
      const { parentRef, controllerName, conditions = [] } = parent;
      const { namespace = object.metadata.namespace ?? '', name, sectionName } = parentRef;
      return {
        route: refOf(object),
        object,
        gateway: { group: GATEWAY_API, kind: 'Gateway', namespace, name },
        conditions,
        acceptedElsewhere: parents.some((other) => other !== parent && isTrue(other.conditions, 'Accepted')),
        ...(sectionName === undefined ? {} : { sectionName }),
        ...(controllerName === undefined ? {} : { controller: controllerName }),
      };
    });
}

/** A route and a Gateway that it names and that does not exist. */
export interface OrphanRoute {
  readonly route: ResourceRef;
  readonly gateway: ResourceRef;
  readonly path: string;
}

/** Routes for which no controller speaks, because the Gateway that they name is proved not to exist. */
export const orphanRoutes: (snapshot: Snapshot) => readonly OrphanRoute[] = memoize((snapshot) =>
  ROUTE_KINDS.flatMap((kind) => snapshot.list(kind)).flatMap((object) => {
    const age = snapshot.now.getTime() - (timeOf(object.metadata.creationTimestamp) ?? 0);
    if (object.metadata.deletionTimestamp !== undefined || age < ROUTE_GRACE) return [];
    return listOf(object.spec, 'parentRefs').flatMap((parent, i) => {
      const name = textOf(parent, 'name');
      const kind = textOf(parent, 'kind') ?? 'Gateway';
      if (name === undefined || kind !== 'Gateway' || (textOf(parent, 'group') ?? GATEWAY_API) !== GATEWAY_API)
        return [];
      const namespace = textOf(parent, 'namespace') ?? object.metadata.namespace ?? '';
      const gateway = { group: GATEWAY_API, kind, namespace, name };
      if (snapshot.lookup(gateway).state !== 'absent') return [];
      return [{ route: refOf(object), gateway, path: `spec.parentRefs[${i}]` }];
    });
  }),
);

function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((each) => each.type === type && each.status === 'True') === true;
}

/** The condition of a type, if it has the value and speaks of the object's newest spec, for longer than a grace. */
export function currentCondition(
  snapshot: Snapshot,
  { metadata }: UntypedObject,
  conditions: readonly Condition[] | undefined,
  wanted: { readonly type: string; readonly status: string; readonly grace: number },
): Condition | undefined {
  const condition = conditions?.find(({ type, status }) => type === wanted.type && status === wanted.status);
  if (condition === undefined) return undefined;
  const { generation = 0 } = metadata;
  if (condition.observedGeneration !== undefined && condition.observedGeneration < generation) return undefined;
  // The defaults of the definition are dated 1970.
  const since = Math.max(timeOf(condition.lastTransitionTime) ?? 0, timeOf(metadata.creationTimestamp) ?? 0);
  return snapshot.now.getTime() - since < wanted.grace ? undefined : condition;
}

/** A listener of a Gateway's spec. */
export interface Listener {
  readonly name: string;
  readonly index: number;
  readonly hostname?: string;
  /** Same, All, Selector or None. */
  readonly from: string;
  readonly certificates: readonly ResourceRef[];
}

/** The listeners of a Gateway. */
export function listenersOf({ spec, metadata }: UntypedObject): readonly Listener[] {
  return listOf(spec, 'listeners').map((listener, index) => {
    const hostname = textOf(listener, 'hostname');
    return {
      name: textOf(listener, 'name') ?? '',
      index,
      // https://gateway-api.sigs.k8s.io/reference/spec/#routenamespaces
      from: textOf(listener, 'allowedRoutes', 'namespaces', 'from') ?? 'Same',
      certificates: listOf(listener, 'tls', 'certificateRefs').flatMap((each) => secretRef(each, metadata.namespace)),
      ...(hostname === undefined ? {} : { hostname }),
    };
  });
}

function secretRef(value: unknown, namespace: string | undefined): readonly ResourceRef[] {
  const name = textOf(value, 'name');
  const kind = textOf(value, 'kind') ?? 'Secret';
  const own = textOf(value, 'namespace') ?? namespace;
  if (name === undefined || own === undefined || kind !== 'Secret') return [];
  return [{ group: '', kind, namespace: own, name }];
}

/** A backend that a route's rule names. */
export interface RouteBackend {
  readonly ref: ResourceRef;
  readonly path: string;
  readonly port?: number;
}

/** The backends of a route, in order of its rules. */
export function backendsOf({ spec, metadata }: UntypedObject): readonly RouteBackend[] {
  return listOf(spec, 'rules').flatMap((rule, i) =>
    listOf(rule, 'backendRefs').flatMap((backend, j) => {
      const name = textOf(backend, 'name');
      if (name === undefined) return [];
      const port = memberOf(backend, 'port');
      const group = textOf(backend, 'group') ?? '';
      const kind = textOf(backend, 'kind') ?? 'Service';
      const namespace = textOf(backend, 'namespace') ?? metadata.namespace ?? '';
      return [
        {
          ref: { group, kind, namespace, name },
          path: `spec.rules[${i}].backendRefs[${j}]`,
          ...(typeof port === 'number' ? { port } : {}),
        },
      ];
    }),
  );
}
