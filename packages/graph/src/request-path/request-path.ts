import { formatRef } from '@kroot/types';
import { refOf } from '../refs.ts';
import { endHops, fromEnds, tail } from './client-paths.ts';
import { entriesTo } from './entries.ts';
import { entryOf, viaEntry } from './entry-paths.ts';
import { entryHop, externalLocalHop, fromOutside, outsideToPods } from './outside-leg.ts';
import { pathHop, pathOf, type PathHop, type RequestPath, type World } from './path-hop.ts';
import {
  goalText,
  missingService,
  presentService,
  type EntryObject,
  type PathGoal,
  type PathQuestion,
} from './path-question.ts';
import { serviceLegs } from './service-leg.ts';

const OUTSIDE = 'clients outside the cluster';

/**
 * The ways of a request, hop by hop: more than one where it may go to several ports or by several Ingresses. In a closed world the
 * snapshot is the whole cluster.
 */
export function requestPaths(world: World, { from, to }: PathQuestion): readonly RequestPath[] {
  switch (from.type) {
    case 'ends':
      return to.type === 'ingress' || to.type === 'gateway'
        ? viaEntry(world, from.text, entryOf(world, to), undefined, [hairpin(to)])
        : fromEnds(world, from, to);
    case 'ingress':
    case 'gateway':
      return viaEntry(world, formatRef(refOf(from.object)), entryOf(world, from), to, []);
    case 'outside':
      return fromInternet(world, to);
    default:
      return from satisfies never;
  }
}

function hairpin({ object }: EntryObject): PathHop {
  return pathHop(
    'entry',
    formatRef(refOf(object)),
    'unknown',
    'how a pod gets to its address depends on DNS and the load balancer outside the cluster',
  );
}

function fromInternet(world: World, to: PathGoal): readonly RequestPath[] {
  switch (to.type) {
    case 'ingress':
    case 'gateway': {
      const entry = entryOf(world, to);
      return viaEntry(world, OUTSIDE, entry, undefined, outsideToPods(world, entry.pods).hops);
    }
    case 'service':
      return internetToService(world, to);
    case 'ends':
      return [pathOf(OUTSIDE, goalText(to), endHops(world, [{ end: { external: true } }], to))];
    case 'host':
    default:
      return [pathOf(OUTSIDE, goalText(to), [pathHop('name', goalText(to), 'unknown', 'it is not in the cluster')])];
  }
}

function internetToService(world: World, to: Extract<PathGoal, { type: 'service' }>): readonly RequestPath[] {
  const service = presentService(world, to.service);
  if (service === undefined) return [pathOf(OUTSIDE, goalText(to), [missingService(world, to.service)])];
  const entry = entryHop(service);
  if (entry !== undefined) {
    const local = externalLocalHop(world, service);
    return serviceLegs(world, service, to.port, []).map((leg) =>
      pathOf(OUTSIDE, goalText(to), [
        entry,
        ...leg.hops,
        ...(local === undefined ? [] : [local]),
        ...(leg.targets.length === 0 ? [] : [fromOutside(world, service, leg.targets), ...tail(leg)]),
      ]),
    );
  }
  const entries = entriesTo(world, to.service);
  if (entries.length > 0)
    return entries.flatMap((each) => viaEntry(world, OUTSIDE, each, to, outsideToPods(world, each.pods).hops));
  const type = service.spec?.type ?? 'ClusterIP';
  const words = `type ${type}, and no Ingress, HTTPRoute or GRPCRoute that is known leads to it: nothing lets clients outside in`;
  return [pathOf(OUTSIDE, goalText(to), [pathHop('entry', formatRef(to.service), 'broken', words)])];
}
