import {
  formatRef,
  ref,
  type Ingress,
  type Pod,
  type ResourceRef,
  type Service,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { serviceEndpoints } from '../endpoints.ts';
import { classNameOf, defaultClass, isKnownController, podsOfController } from '../ingress-controllers.ts';
import { isFinished } from '../pods-by-label.ts';
import { refOf } from '../refs.ts';
import { labelValue } from '../selectors.ts';
import { inShort, isAbsent, pathHop, type PathHop, type World } from './path-hop.ts';

const GATEWAY_API = 'gateway.networking.k8s.io';

/** A place where an Ingress or a route sends requests to a Service. */
export interface EntryRoute {
  /** What says so. */
  readonly by: ResourceRef;
  readonly service: ResourceRef;
  readonly port: number | string | undefined;
  /** `shop.example.com/api`. */
  readonly where: string;
}

/** An Ingress or a Gateway: who carries its requests, and where to. */
export interface Entry {
  readonly object: Ingress | UntypedObject;
  readonly hops: readonly PathHop[];
  /** The pods that carry the requests; none where they are not known. */
  readonly pods: readonly Pod[];
  readonly routes: readonly EntryRoute[];
}

/** What carries the requests of an Ingress. */
export function ingressEntry(world: World, ingress: Ingress): Entry {
  return { object: ingress, ...carriersOf(world, ingress), routes: ingressRoutes(ingress) };
}

function carriersOf(world: World, ingress: Ingress): Pick<Entry, 'hops' | 'pods'> {
  const { snapshot } = world;
  const own = formatRef(refOf(ingress));
  const name = classNameOf(ingress);
  const target = { ...ref('IngressClass', undefined, name), kind: 'IngressClass' as const };
  const found =
    name === '' ? defaultClass(snapshot) : snapshot.list('IngressClass').find((each) => each.metadata.name === name);
  if (found === undefined) {
    const legacy = ingress.spec?.ingressClassName === undefined;
    // Controllers may take Ingresses by the annotation, or without any class.
    const state = !legacy && isAbsent(world, target) ? 'broken' : 'unknown';
    const words =
      name === ''
        ? 'it names no class, and there is no default'
        : state === 'broken'
          ? `there is no IngressClass ${name}`
          : `IngressClass ${name} is not in the input`;
    return { hops: [pathHop('class', own, state, words)], pods: [] };
  }
  const controller = found.spec?.controller ?? '';
  const pods = podsOfController(snapshot, controller);
  const words = `IngressClass ${found.metadata.name}${name === '' ? ', the default' : ''}: ${controller}`;
  const known = isKnownController(controller);
  return { hops: [pathHop('class', own, 'ok', words), controllerHop(controller, pods, known)], pods };
}

function controllerHop(at: string, pods: readonly Pod[], known: boolean): PathHop {
  if (pods.length === 0)
    return pathHop(
      'controller',
      at,
      'unknown',
      known ? 'its pods are not in the input' : 'kroot does not know by which labels to find its pods',
    );
  const ready = pods.filter((pod) => isReady(pod)).length;
  return ready > 0
    ? pathHop('controller', at, 'ok', `${ready} of ${pods.length} pods ready, such as ${nameOf(pods)}`)
    : pathHop('controller', at, 'broken', `none of ${pods.length} pods is ready, such as ${nameOf(pods)}`);
}

function isReady({ status }: Pod): boolean {
  return (status?.conditions ?? []).some((each) => each.type === 'Ready' && each.status === 'True');
}

function nameOf(pods: readonly Pod[]): string {
  return inShort(pods.slice(0, 1).map((pod) => formatRef(refOf(pod))));
}

function ingressRoutes(ingress: Ingress): readonly EntryRoute[] {
  const { metadata, spec } = ingress;
  const rules = (spec?.rules ?? []).flatMap(({ host = '', http }) =>
    (http?.paths ?? []).map(({ path = '/', backend }) => ({ backend, where: `${host}${path}` })),
  );
  const all =
    spec?.defaultBackend === undefined ? rules : [...rules, { backend: spec.defaultBackend, where: 'everything else' }];
  return all.flatMap(({ backend: { service }, where }) =>
    // https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
    service === undefined || service.port?.name === 'use-annotation'
      ? []
      : [
          {
            by: refOf(ingress),
            service: ref('Service', metadata.namespace, service.name),
            port: service.port?.number ?? service.port?.name,
            where,
          },
        ],
  );
}

/** By which labels the pods of a Gateway are found: that of GEP-1762, and that of Envoy Gateway. */
const GATEWAY_LABELS = [`${GATEWAY_API}/gateway-name`, 'gateway.envoyproxy.io/owning-gateway-name'];

/** The pods that carry the requests of a Gateway; none where it has none of its own. */
export function gatewayPods(snapshot: Snapshot, gateway: UntypedObject): readonly Pod[] {
  const { name } = gateway.metadata;
  return snapshot
    .list('Pod')
    .filter(({ metadata }) => GATEWAY_LABELS.some((key) => labelValue(metadata.labels, key) === name))
    .filter((pod) => !isFinished(pod) && belongsTo(pod, gateway));
}

/** What carries the requests of a Gateway, and the HTTP and gRPC routes that name it. */
export function gatewayEntry(world: World, gateway: UntypedObject): Entry {
  const pods = gatewayPods(world.snapshot, gateway);
  const at = formatRef(refOf(gateway));
  const programmed = gateway.status?.conditions?.find(({ type }) => type === 'Programmed');
  const state = programmed?.status === 'True' ? 'ok' : programmed?.status === 'False' ? 'broken' : 'unknown';
  const told = programmed?.message ?? '';
  const words =
    state === 'ok'
      ? 'programmed'
      : state === 'broken'
        ? `not programmed${told === '' ? '' : `: ${told}`}`
        : 'its controller says nothing of it';
  const className = textOf(gateway.spec, 'gatewayClassName') ?? '';
  return {
    object: gateway,
    hops: [pathHop('class', at, state, words), controllerHop(`GatewayClass/${className}`, pods, false)],
    pods,
    routes: gatewayRoutes(world, gateway),
  };
}

function belongsTo({ metadata }: Pod, gateway: UntypedObject): boolean {
  const owning = labelValue(metadata.labels, 'gateway.envoyproxy.io/owning-gateway-namespace');
  return (owning ?? metadata.namespace) === gateway.metadata.namespace;
}

function gatewayRoutes({ snapshot }: World, gateway: UntypedObject): readonly EntryRoute[] {
  const routes = ['HTTPRoute', 'GRPCRoute'].flatMap((kind) => snapshot.list(`${kind}.${GATEWAY_API}`));
  return routes
    .filter((route) => listOf(route.spec, 'parentRefs').some((parent) => isParent(parent, route, gateway)))
    .flatMap((route) =>
      listOf(route.spec, 'rules').flatMap((rule) =>
        listOf(rule, 'backendRefs').flatMap((backend) => {
          const name = textOf(backend, 'name');
          if (name === undefined || (textOf(backend, 'kind') ?? 'Service') !== 'Service') return [];
          const port = memberOf(backend, 'port');
          return [
            {
              by: refOf(route),
              service: ref('Service', textOf(backend, 'namespace') ?? route.metadata.namespace, name),
              port: typeof port === 'number' ? port : undefined,
              where: listOf(route.spec, 'hostnames').map(String).join(', '),
            },
          ];
        }),
      ),
    );
}

function isParent(parent: unknown, route: UntypedObject, gateway: UntypedObject): boolean {
  return (
    (textOf(parent, 'kind') ?? 'Gateway') === 'Gateway' &&
    textOf(parent, 'name') === gateway.metadata.name &&
    (textOf(parent, 'namespace') ?? route.metadata.namespace) === gateway.metadata.namespace
  );
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const found = memberOf(value, name);
  return typeof found === 'string' ? found : undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const found = memberOf(value, name);
  return Array.isArray(found) ? (found as readonly unknown[]) : [];
}

/** Every Ingress and Gateway that leads to a Service. */
export function entriesTo(world: World, service: ResourceRef): readonly Entry[] {
  const { snapshot } = world;
  const leads = ({ routes }: Pick<Entry, 'routes'>): boolean =>
    routes.some((route) => route.service.name === service.name && route.service.namespace === service.namespace);
  return [
    ...snapshot
      .list('Ingress')
      .filter((ingress) => leads({ routes: ingressRoutes(ingress) }))
      .map((ingress) => ingressEntry(world, ingress)),
    ...snapshot
      .list(`Gateway.${GATEWAY_API}`)
      .filter((gateway) => leads({ routes: gatewayRoutes(world, gateway) }))
      .map((gateway) => gatewayEntry(world, gateway)),
  ];
}

/** The Service by which requests from outside get to pods. */
export function serviceBefore({ snapshot }: World, pods: readonly Pod[]): Service | undefined {
  const wanted = new Set(pods);
  return snapshot
    .list('Service')
    .filter(({ spec }) => spec?.type === 'LoadBalancer' || spec?.type === 'NodePort')
    .find((service) => serviceEndpoints(snapshot, service).selected.some((pod) => wanted.has(pod)));
}
