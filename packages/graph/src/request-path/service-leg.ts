import { formatRef, ref, refKey, type Pod, type Service } from '@kroot/types';
import { serviceEndpoints, type EndpointAddress, type ServiceEndpoints } from '../endpoints.ts';
import { policyWorkloads } from '../network-policy/connections.ts';
import { refOf } from '../refs.ts';
import { serviceRoutes, type ServiceRoute } from '../service-routes.ts';
import { resolveTargetPort } from '../target-ports.ts';
import { inShort, pathHop, type Leg, type PathHop, type PathTarget, type World } from './path-hop.ts';

/** One port of a Service: `80 (http)`. */
function portText({ servicePort }: ServiceRoute): string {
  if (servicePort === undefined) return '';
  return servicePort.name === undefined ? `${servicePort.port}` : `${servicePort.port} (${servicePort.name})`;
}

/** A port that is asked for. */
export interface GoalPort {
  readonly port: number | string;
  /** Any if absent. */
  readonly protocol?: string | undefined;
}

/** The legs through a Service that exists, one for each of its ports that is asked for. */
export function serviceLegs(
  world: World,
  service: Service,
  asked: GoalPort | undefined,
  sources: readonly Pod[],
): readonly Leg[] {
  const routes = serviceRoutes(world.snapshot, service, asked?.port).filter(
    ({ protocol }) => asked?.protocol === undefined || asked.protocol === protocol,
  );
  if (routes.length === 0) return [{ hops: [portMissing(service, asked)], targets: [] }];
  return routes.map((route) => legOf(world, service, route, sources));
}

function portMissing(service: Service, asked: GoalPort | undefined): PathHop {
  const ports = (service.spec?.ports ?? []).map(
    ({ port, name, protocol = 'TCP' }) => `${protocol} ${port}${name === undefined ? '' : ` (${name})`}`,
  );
  const has = ports.length === 0 ? 'it has none' : `it has ${inShort(ports, 8)}`;
  const wanted = asked === undefined ? 'no port' : `no port ${[asked.protocol, asked.port].join(' ').trim()}`;
  return pathHop('service', formatRef(refOf(service)), 'broken', ports.length === 0 ? wanted : `${wanted}; ${has}`);
}

function legOf(world: World, service: Service, route: ServiceRoute, sources: readonly Pod[]): Leg {
  const endpoints = serviceEndpoints(world.snapshot, service);
  const used = usedEndpoints(world, endpoints);
  const local = localHop(service, endpoints, sources);
  const { hop, targets } = endpointsHop(service, route, used);
  return { hops: [serviceHop(service, route), ...(local === undefined ? [] : [local]), hop], targets };
}

function serviceHop(service: Service, route: ServiceRoute): PathHop {
  const at = formatRef(refOf(service));
  const { protocol, servicePort, dialled } = route;
  const target = servicePort?.targetPort ?? servicePort?.port ?? dialled ?? '';
  if (dialled === undefined)
    return pathHop('service', at, 'ok', `port ${protocol} ${portText(route)}, targetPort ${target}`);
  const unused = target === dialled ? '' : `; its targetPort ${target} does not count`;
  return pathHop('service', at, 'ok', `headless: clients dial ${protocol} ${dialled} of the pods themselves${unused}`);
}

interface Used {
  /** Where requests go. */
  readonly addresses: readonly Pick<EndpointAddress, 'address' | 'pod' | 'ports' | 'ready'>[];
  readonly words: string;
  readonly state: PathHop['state'];
}

/**
 * Where requests go: the ready endpoints; where none is, those that end and still serve.
 * https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#serving
 */
function usedEndpoints(world: World, endpoints: ServiceEndpoints): Used {
  const { ready, notReady, source, complete } = endpoints;
  const all = ready.length + notReady.length;
  if (ready.length > 0) {
    const words = notReady.length === 0 ? `${ready.length} ready` : `${ready.length} of ${all} ready`;
    return { addresses: ready, words: `${words} (${sourceWords(source)})`, state: 'ok' };
  }
  const serving = notReady.filter((each) => each.serving && each.terminating);
  if (serving.length > 0)
    return { addresses: serving, words: `none ready; ${serving.length} that end still serve`, state: 'ok' };
  if (all > 0) return { addresses: notReady, words: `none of ${all} is ready`, state: 'broken' };
  const imagined = imaginedPods(world, endpoints);
  if (imagined.length > 0) {
    const words = `pods are not in the input; those of ${inShort(endpoints.workloads.map((each) => formatRef(each)))} would be`;
    return { addresses: imagined.map((pod) => addressOf(pod)), words, state: 'unknown' };
  }
  if (complete || world.closedWorld) return { addresses: [], words: noneWords(endpoints), state: 'broken' };
  return { addresses: [], words: 'they are not in the input', state: 'unknown' };
}

function sourceWords(source: ServiceEndpoints['source']): string {
  return source === 'computed' ? 'by the state of the pods' : `by ${source}`;
}

function noneWords({ managed, workloads }: ServiceEndpoints): string {
  if (!managed) return 'none: the Service has no selector, and nobody made any';
  return workloads.length === 0
    ? 'none: its selector selects no pod'
    : `none: ${inShort(workloads.map((each) => formatRef(each)))} has no pod`;
}

function imaginedPods({ snapshot, closedWorld }: World, { workloads, selected }: ServiceEndpoints): readonly Pod[] {
  if (selected.length > 0 || workloads.length === 0) return [];
  const wanted = new Set(workloads.map((each) => refKey(each)));
  return policyWorkloads(snapshot, { closedWorld })
    .filter(({ workload }) => wanted.has(refKey(ref(workload.owner, workload.ns, workload.name))))
    .flatMap(({ pods }) => pods)
    .filter(({ status }) => status === undefined);
}

function addressOf(pod: Pod): Used['addresses'][number] {
  return { address: '', pod, ports: [], ready: false };
}

function endpointsHop(service: Service, route: ServiceRoute, used: Used): { hop: PathHop; targets: PathTarget[] } {
  const at = formatRef(refOf(service));
  const targets: PathTarget[] = [];
  const seen = new Set<Pod>();
  const routed = new Map(route.backends.map((backend) => [backend.pod ?? backend.address, backend]));
  const lacking: string[] = [];
  for (const { address, pod, ports } of used.addresses) {
    // A pod with addresses of two families is one.
    if (pod !== undefined && seen.has(pod)) continue;
    if (pod !== undefined) seen.add(pod);
    const known = routed.get(pod ?? address);
    const port = known === undefined ? portOn(route, pod, ports) : known.port;
    if (port === undefined) lacking.push(pod === undefined ? address : formatRef(refOf(pod)));
    else targets.push(targetOf(pod, address, port, route.protocol));
  }
  if (lacking.length === 0) return { hop: pathHop('endpoints', at, used.state, used.words), targets };
  const name = route.servicePort?.targetPort ?? '';
  const words = `${inShort(lacking, 2)} ${lacking.length === 1 ? 'has' : 'have'} no ${route.protocol} port named ${name}`;
  const state = targets.length === 0 ? 'broken' : used.state;
  return { hop: pathHop('endpoints', at, state, `${used.words}; ${words}`), targets };
}

/** The number on a backend that the route does not have, as pods that a template would make. */
function portOn(
  { servicePort, dialled, protocol }: ServiceRoute,
  pod: Pod | undefined,
  stated: EndpointAddress['ports'],
): number | undefined {
  if (servicePort === undefined || dialled !== undefined) return dialled;
  const own = stated.find((each) => each.name === (servicePort.name ?? '') && each.protocol === protocol);
  return own?.port ?? (pod === undefined ? undefined : resolveTargetPort(servicePort, pod));
}

function targetOf(pod: Pod | undefined, address: string, port: number, protocol: string): PathTarget {
  return pod === undefined ? { end: { ip: address }, port, protocol } : { end: pod, pod, port, protocol };
}

/** With internalTrafficPolicy Local only the endpoints of the client's own node count. */
function localHop(service: Service, { ready }: ServiceEndpoints, sources: readonly Pod[]): PathHop | undefined {
  const { internalTrafficPolicy, clusterIP } = service.spec ?? {};
  if (internalTrafficPolicy !== 'Local' || clusterIP === 'None' || sources.length === 0 || ready.length === 0)
    return undefined;
  const at = formatRef(refOf(service));
  const served = new Set(ready.map(({ nodeName, pod }) => nodeName ?? pod?.spec.nodeName ?? ''));
  const nodes = [...new Set(sources.map(({ spec }) => spec.nodeName ?? ''))];
  if (served.has('') || nodes.includes(''))
    return pathHop(
      'node',
      at,
      'unknown',
      'internalTrafficPolicy Local, and it is not known on which nodes client and endpoints are',
    );
  const bare = nodes.filter((name) => !served.has(name)).toSorted();
  return bare.length === 0
    ? pathHop(
        'node',
        at,
        'ok',
        `internalTrafficPolicy Local, and ${inShort(nodes)} ${nodes.length === 1 ? 'has' : 'have'} a ready endpoint`,
      )
    : pathHop(
        'node',
        at,
        'broken',
        `internalTrafficPolicy Local, and there is no ready endpoint on ${inShort(bare)}, where the client runs`,
      );
}
