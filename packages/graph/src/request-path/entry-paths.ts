import { formatRef, type Pod } from '@kroot/types';
import { refOf } from '../refs.ts';
import { tail } from './client-paths.ts';
import { gatewayEntry, ingressEntry, type Entry, type EntryRoute } from './entries.ts';
import { inShort, pathHop, pathOf, type Leg, type PathHop, type RequestPath, type World } from './path-hop.ts';
import { goalText, missingService, presentService, type EntryObject, type PathGoal } from './path-question.ts';
import { policyHops } from './policy-hops.ts';
import { serviceLegs } from './service-leg.ts';

/** Who carries the requests of an Ingress or a Gateway. */
export function entryOf(world: World, entry: EntryObject): Entry {
  return entry.type === 'ingress' ? ingressEntry(world, entry.object) : gatewayEntry(world, entry.object);
}

/** From the controller of an Ingress or Gateway to the backends, or to one of them. */
export function viaEntry(
  world: World,
  from: string,
  entry: Entry,
  to: PathGoal | undefined,
  before: readonly PathHop[],
): readonly RequestPath[] {
  const object = formatRef(refOf(entry.object));
  const lead = [...entry.hops, ...before];
  const routes = distinctRoutes(entry.routes).filter((route) => isAsked(route, to));
  if (routes.length === 0) {
    const words =
      entry.routes.length === 0
        ? 'it sends requests to no Service'
        : `it sends requests to ${inShort(entry.routes.map(({ service }) => formatRef(service)))} and not there`;
    return [
      pathOf(from, to === undefined ? object : goalText(to), [...lead, pathHop('route', object, 'broken', words)]),
    ];
  }
  return routes.flatMap((route) => {
    const port = route.port === undefined ? undefined : { port: route.port };
    const where = route.where === '' ? '' : ` for ${route.where}`;
    const at = formatRef(route.by);
    const text = `${formatRef(route.service)}${route.port === undefined ? '' : `:${route.port}`}`;
    const hop = pathHop('route', at, 'ok', `sends requests${where} to ${text}`);
    const service = presentService(world, route.service);
    if (service === undefined) return [pathOf(from, text, [...lead, hop, missingService(world, route.service)])];
    // Controllers that know the endpoints do not ask the Service, so its traffic policies do not count.
    return serviceLegs(world, service, port, []).map((leg) =>
      pathOf(from, text, [...lead, hop, ...leg.hops, ...fromController(world, entry.pods, leg)]),
    );
  });
}

function fromController(world: World, pods: readonly Pod[], leg: Leg): readonly PathHop[] {
  if (leg.targets.length === 0) return [];
  const sources = pods.map((pod) => ({ end: pod }));
  const nobody = pathHop(
    'egress',
    'the controller',
    'unknown',
    'its pods are not known, so what policies say to them is not',
  );
  return pods.length === 0 ? [nobody, ...tail(leg)] : [...policyHops(world, sources, leg.targets), ...tail(leg)];
}

function distinctRoutes(routes: readonly EntryRoute[]): readonly EntryRoute[] {
  const found = new Map<string, EntryRoute>();
  for (const route of routes) if (!found.has(keyOf(route))) found.set(keyOf(route), route);
  return [...found.values()];
}

function keyOf({ service, port }: EntryRoute): string {
  return `${formatRef(service)} ${port ?? ''}`;
}

function isAsked({ service, port }: EntryRoute, to: PathGoal | undefined): boolean {
  if (to === undefined) return true;
  if (to.type !== 'service') return false;
  const same = service.name === to.service.name && service.namespace === to.service.namespace;
  return same && (to.port === undefined || port === undefined || to.port.port === port);
}
