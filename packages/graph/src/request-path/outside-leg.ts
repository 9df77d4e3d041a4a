import { formatRef, type Pod, type Service } from '@kroot/types';
import { serviceEndpoints } from '../endpoints.ts';
import { podAddresses } from '../pods-by-label.ts';
import { refOf } from '../refs.ts';
import { serviceBefore } from './entries.ts';
import { inShort, pathHop, type Leg, type PathHop, type PathTarget, type World } from './path-hop.ts';
import { policyHops } from './policy-hops.ts';
import { serviceLegs } from './service-leg.ts';

const MAX_NODES = 5;

/** How clients outside the cluster get to a Service, if it lets them in at all. */
export function entryHop(service: Service): PathHop | undefined {
  const { type, ports = [] } = service.spec ?? {};
  const at = formatRef(refOf(service));
  if (type === 'LoadBalancer') {
    const given = (service.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
    if (service.status === undefined)
      return pathHop('entry', at, 'unknown', 'LoadBalancer; its address is not in the input');
    return given.length === 0
      ? pathHop('entry', at, 'broken', 'LoadBalancer without an address: nothing has made one')
      : pathHop('entry', at, 'ok', `LoadBalancer at ${inShort(given)}`);
  }
  if (type !== 'NodePort') return undefined;
  const numbers = ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [String(nodePort)]));
  return pathHop('entry', at, 'ok', `NodePort ${inShort(numbers)} of the nodes`);
}

/** What the policies of the pods say to clients outside; a Service that hides their addresses makes nodes of them. */
export function fromOutside(world: World, service: Service | undefined, targets: readonly PathTarget[]): PathHop {
  const [, direct] = policyHops(world, [{ end: { external: true } }], targets);
  const hides = service !== undefined && service.spec?.externalTrafficPolicy !== 'Local';
  if (direct.state === 'ok' || !hides) return direct;
  const nodes = world.snapshot
    .list('Node')
    .flatMap(({ status }) => (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').slice(0, 1))
    .slice(0, MAX_NODES);
  const [, hidden] = policyHops(
    world,
    nodes.map(({ address }) => ({ end: { ip: address } })),
    targets,
  );
  if (nodes.length > 0 && hidden.state === 'broken') return hidden;
  if (nodes.length === 0 && direct.state === 'broken') return direct;
  const why = 'externalTrafficPolicy is Cluster, so pods see the address of a node instead of the client';
  return { ...direct, state: 'unknown', detail: `${why}; for the client itself: ${direct.detail}`, changes: [] };
}

/** How requests from outside get to the pods of a controller. */
export function outsideToPods(world: World, pods: readonly Pod[]): Leg {
  const service = serviceBefore(world, pods);
  const at = inShort(
    pods.map((pod) => formatRef(refOf(pod))),
    2,
  );
  const [entry] = service === undefined ? [] : [entryHop(service)];
  if (service === undefined || entry === undefined)
    return { hops: [pathHop('entry', at, ...withoutService(pods))], targets: [] };
  const legs = serviceLegs(world, service, undefined, []).filter(({ targets }) => targets.length > 0);
  const http = legs.filter(({ targets }) => isWeb(service, targets));
  const used = http.length > 0 ? http : legs;
  const hops = used.map(({ targets }) => fromOutside(world, service, targets));
  // One of the ports 80 and 443 may be closed on purpose.
  const hop = hops.find(({ state }) => state === 'ok') ?? hops.find(({ state }) => state === 'unknown') ?? hops[0];
  return { hops: [entry, ...(hop === undefined ? [] : [hop])], targets: used.flatMap(({ targets }) => targets) };
}

function withoutService(pods: readonly Pod[]): readonly ['ok' | 'unknown', string] {
  const onNode = pods.filter(
    ({ spec }) =>
      spec.hostNetwork === true ||
      spec.containers.some(({ ports = [] }) => ports.some(({ hostPort }) => hostPort !== undefined)),
  );
  return onNode.length > 0
    ? ['ok', 'the pods listen on their nodes']
    : [
        'unknown',
        'no Service of type LoadBalancer or NodePort leads to the pods: how clients get there is not visible',
      ];
}

function isWeb(service: Service, targets: readonly PathTarget[]): boolean {
  const ports = (service.spec?.ports ?? []).filter(({ port }) => port === 80 || port === 443);
  return targets.some(({ pod, port }) =>
    ports.some(
      (each) =>
        each.targetPort === port || each.port === port || (typeof each.targetPort === 'string' && pod !== undefined),
    ),
  );
}

/** With externalTrafficPolicy Local only nodes with a ready endpoint answer clients outside. */
export function externalLocalHop(world: World, service: Service): PathHop | undefined {
  if (service.spec?.externalTrafficPolicy !== 'Local') return undefined;
  const at = formatRef(refOf(service));
  const { ready } = serviceEndpoints(world.snapshot, service);
  const nodes = [...new Set(ready.flatMap(({ nodeName, pod }) => nodeName ?? pod?.spec.nodeName ?? []))].toSorted();
  const all = world.snapshot.list('Node').length;
  if (nodes.length === 0) return undefined;
  const words = `externalTrafficPolicy Local: only ${inShort(nodes)} ${nodes.length === 1 ? 'answers' : 'answer'}`;
  const isPort = service.spec.type === 'NodePort' && nodes.length < all;
  // A load balancer asks the nodes which of them answer; who chooses a node by himself may choose the wrong one.
  return pathHop('node', at, isPort ? 'unknown' : 'ok', words);
}

/** Whether an end has no address, as pods have that are not started. */
export function isStarted(pod: Pod): boolean {
  return pod.status === undefined || podAddresses(pod).length > 0;
}
