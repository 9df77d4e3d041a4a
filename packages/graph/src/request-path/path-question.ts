import { formatRef, ref, type Ingress, type ResourceRef, type Service, type UntypedObject } from '@kroot/types';
import { nearNames } from '../near-names.ts';
import { type AskedEnd } from '../network-policy/flow-explanation.ts';
import { refOf } from '../refs.ts';
import { inShort, isAbsent, pathHop, type PathHop, type World } from './path-hop.ts';
import { type GoalPort } from './service-leg.ts';

/** An Ingress or a Gateway. */
export type EntryObject =
  | { readonly type: 'ingress'; readonly object: Ingress }
  | { readonly type: 'gateway'; readonly object: UntypedObject };

/** Who makes the request. */
export type PathStart =
  | { readonly type: 'ends'; readonly text: string; readonly ends: readonly AskedEnd[] }
  | { readonly type: 'outside' }
  | EntryObject;

/** Where the request goes. */
export type PathGoal =
  | {
      readonly type: 'service';
      readonly service: ResourceRef;
      readonly port?: GoalPort | undefined;
      readonly byAddress?: boolean;
    }
  | {
      readonly type: 'ends';
      readonly text: string;
      readonly ends: readonly AskedEnd[];
      readonly port: number;
      readonly protocol: string;
    }
  | { readonly type: 'host'; readonly host: string; readonly port: number; readonly protocol: string }
  | EntryObject;

/** A request that is asked about. */
export interface PathQuestion {
  readonly from: PathStart;
  readonly to: PathGoal;
}

/** What a user calls the goal. */
export function goalText(to: PathGoal): string {
  switch (to.type) {
    case 'service': {
      const { service, port } = to;
      return port === undefined
        ? formatRef(service)
        : `${formatRef(service)}:${port.port}${port.protocol === undefined ? '' : `/${port.protocol}`}`;
    }
    case 'ends':
      return `${to.text}:${to.port}${to.protocol === 'TCP' ? '' : `/${to.protocol}`}`;
    case 'host':
      return `${to.host}:${to.port}${to.protocol === 'TCP' ? '' : `/${to.protocol}`}`;
    case 'ingress':
    case 'gateway':
      return formatRef(refOf(to.object));
    default:
      return to satisfies never;
  }
}

/** The Service, if it is in the input. */
export function presentService({ snapshot }: World, target: ResourceRef): Service | undefined {
  const looked = snapshot.lookup({ ...target, kind: 'Service' });
  return looked.state === 'present' ? looked.object : undefined;
}

/** The hop of a Service that is not in the input. */
export function missingService(world: World, target: ResourceRef): PathHop {
  if (!isAbsent(world, target)) return pathHop('service', formatRef(target), 'unknown', 'it is not in the input');
  const { snapshot } = world;
  const near = nearNames(
    target.name,
    snapshot.list('Service', target.namespace).map(({ metadata }) => metadata.name),
    3,
  );
  const elsewhere = snapshot
    .list('Service')
    .filter(({ metadata }) => metadata.name === target.name)
    .map(({ metadata }) => ref('Service', metadata.namespace, metadata.name));
  const hints = [...near.map((name) => ref('Service', target.namespace, name)), ...elsewhere].map((each) =>
    formatRef(each),
  );
  return pathHop(
    'service',
    formatRef(target),
    'broken',
    `it does not exist${hints.length === 0 ? '' : `; there is ${inShort(hints)}`}`,
  );
}
