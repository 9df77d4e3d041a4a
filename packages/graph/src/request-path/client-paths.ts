import { formatRef } from '@kroot/types';
import { type AskedEnd } from '../network-policy/flow-explanation.ts';
import { isPod } from '../network-policy/verdict.ts';
import { refOf } from '../refs.ts';
import { serviceNamed } from '../service-names.ts';
import { nameHop } from './name-hop.ts';
import { isStarted } from './outside-leg.ts';
import {
  inShort,
  pathHop,
  pathOf,
  type Leg,
  type PathHop,
  type PathTarget,
  type RequestPath,
  type World,
} from './path-hop.ts';
import {
  goalText,
  missingService,
  presentService,
  type EntryObject,
  type PathGoal,
  type PathStart,
} from './path-question.ts';
import { policyHops } from './policy-hops.ts';
import { portHop } from './port-hop.ts';
import { serviceLegs } from './service-leg.ts';

/** Names that lead to names: a chain of aliases ends somewhere. */
const MAX_ALIASES = 5;

/** The ways of a request that pods or an address make. */
export function fromEnds(
  world: World,
  from: Extract<PathStart, { type: 'ends' }>,
  to: Exclude<PathGoal, EntryObject>,
): readonly RequestPath[] {
  const text = goalText(to);
  switch (to.type) {
    case 'ends':
      return [pathOf(from.text, text, endHops(world, from.ends, to))];
    case 'host':
      return [pathOf(from.text, text, [...names(world, from.ends, to.host, false), ...outward(world, from.ends, to)])];
    case 'service':
      return serviceHops(world, from.ends, to).map((hops) => pathOf(from.text, text, hops));
    default:
      return to satisfies never;
  }
}

/** The hops from one end to another, without a Service between them. */
export function endHops(
  world: World,
  sources: readonly AskedEnd[],
  to: Extract<PathGoal, { type: 'ends' }>,
): readonly PathHop[] {
  const targets = to.ends.map((each): PathTarget => {
    const base = { ...each, port: to.port, protocol: to.protocol };
    return isPod(each.end) ? { ...base, pod: each.end } : base;
  });
  const pods = targets.flatMap(({ pod }) => pod ?? []);
  const started = pods.filter((pod) => isStarted(pod));
  if (pods.length > 0 && started.length === 0)
    return [
      pathHop(
        'pods',
        inShort(
          pods.map((pod) => formatRef(refOf(pod))),
          2,
        ),
        'broken',
        'it has no address: it has not started',
      ),
    ];
  const [egress, ingress] = policyHops(world, sources, targets);
  const outside = sources.every(({ end }) => 'external' in end);
  return [...(outside ? [] : [egress]), ...(pods.length === 0 ? [] : [ingress]), ...tail({ hops: [], targets })];
}

/** The last hop: the port of the pods. */
export function tail({ targets }: Leg): readonly PathHop[] {
  const hop = portHop(targets);
  return hop === undefined ? [] : [hop];
}

function names(world: World, sources: readonly AskedEnd[], host: string, isService: boolean): readonly PathHop[] {
  const pod = sources.map(({ end }) => end).find((end) => isPod(end));
  return pod === undefined ? [] : [nameHop(world, pod, host, isService)];
}

/** Somewhere outside, by a name: which address that is cannot be seen. */
function outward(
  world: World,
  sources: readonly AskedEnd[],
  { host, port, protocol }: Extract<PathGoal, { type: 'host' }>,
): readonly PathHop[] {
  const [egress] = policyHops(world, sources, [{ end: { external: true }, text: host, port, protocol }]);
  return [egress, pathHop('outside', host, 'unknown', 'outside the cluster, and not visible from here')];
}

function serviceHops(
  world: World,
  sources: readonly AskedEnd[],
  to: Extract<PathGoal, { type: 'service' }>,
  depth = 0,
): readonly (readonly PathHop[])[] {
  const pods = sources.flatMap(({ end }) => (isPod(end) ? [end] : []));
  const service = presentService(world, to.service);
  const host = `${to.service.name}.${to.service.namespace ?? ''}`;
  const lead = to.byAddress === true || depth > 0 ? [] : names(world, sources, host, true);
  if (service === undefined) return [[...lead, missingService(world, to.service)]];
  const { externalName = '', type } = service.spec ?? {};
  if (type === 'ExternalName') {
    const alias = pathHop(
      'service',
      formatRef(to.service),
      externalName === '' ? 'broken' : 'ok',
      externalName === '' ? 'an alias for no name' : `an alias for ${externalName}`,
    );
    return aliasHops(world, sources, to, { externalName, depth }).map((hops) => [...lead, alias, ...hops]);
  }
  return serviceLegs(world, service, to.port, pods).map((leg) => [
    ...lead,
    ...leg.hops,
    ...(leg.targets.length === 0 ? [] : [...policyHops(world, sources, leg.targets), ...tail(leg)]),
  ]);
}

function aliasHops(
  world: World,
  sources: readonly AskedEnd[],
  to: Extract<PathGoal, { type: 'service' }>,
  { externalName, depth }: { readonly externalName: string; readonly depth: number },
): readonly (readonly PathHop[])[] {
  if (externalName === '') return [[]];
  if (depth >= MAX_ALIASES) return [[pathHop('service', externalName, 'broken', 'alias after alias, and no end')]];
  const behind = externalName.includes('.svc')
    ? serviceNamed(world.snapshot, externalName.replace(/\.$/, ''), to.service.namespace ?? '')
    : undefined;
  if (behind !== undefined) return serviceHops(world, sources, { ...to, service: behind.service }, depth + 1);
  const port =
    typeof to.port?.port === 'number' ? to.port.port : presentService(world, to.service)?.spec?.ports?.[0]?.port;
  // Ports of an alias mean nothing to DNS, so one has to be asked for.
  if (port === undefined)
    return [[pathHop('egress', externalName, 'unknown', 'give a port to learn what policies say')]];
  return [outward(world, sources, { type: 'host', host: externalName, port, protocol: to.port?.protocol ?? 'TCP' })];
}
