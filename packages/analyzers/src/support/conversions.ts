import { memoize, refOf, serviceEndpoints } from '@kroot/graph';
import {
  builtinKind,
  kindKey,
  ref,
  type Condition,
  type CustomResourceDefinition,
  type Evidence,
  type ResourceRef,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { parseConversionFailure, type ConversionFailure } from '../messages/conversion-failure.ts';
import { fromCondition, fromEvent } from './evidence.ts';
import { optional } from './optional.ts';
import { present } from './present.ts';

/** Somebody who could not read a kind because its conversion failed. */
export interface ConversionVictim {
  readonly ref: ResourceRef;
  readonly failure: ConversionFailure;
  readonly evidence: Evidence;
  /** The condition that says so; absent for events. */
  readonly condition?: Condition;
}

/** Objects whose conditions or events quote a failed conversion, in order. */
export const conversionVictims: (snapshot: Snapshot) => readonly ConversionVictim[] = memoize((snapshot) => {
  const found: ConversionVictim[] = [];
  for (const kind of snapshot.kinds()) {
    if (builtinKind(kind) !== undefined) continue;
    for (const object of snapshot.list(kind)) found.push(...fromConditions(object));
  }
  for (const event of snapshot.list('Event')) {
    const failure = parseConversionFailure(event.message ?? '');
    if (failure === undefined) continue;
    const evidence = fromEvent(event);
    found.push({ ref: evidence.ref, failure, evidence });
  }
  return found;
});

function fromConditions(object: UntypedObject): readonly ConversionVictim[] {
  return (object.status?.conditions ?? []).flatMap((condition) => {
    const failure = parseConversionFailure(condition.message ?? '');
    const target = refOf(object);
    return failure === undefined
      ? []
      : [{ ref: target, failure, evidence: fromCondition(target, condition), condition }];
  });
}

/** What is wrong with the Service that a CustomResourceDefinition converts through. */
type ConversionTrouble = 'service-missing' | 'no-endpoints' | 'port-missing' | 'stated';

/** A CustomResourceDefinition that cannot convert. */
export interface BrokenConversion {
  readonly ref: ResourceRef;
  readonly definition: CustomResourceDefinition;
  readonly service?: ResourceRef;
  readonly port: number;
  readonly trouble: ConversionTrouble;
  readonly victims: readonly ConversionVictim[];
  /** What the API server says when it lists the kind, as far as the capture holds it. */
  readonly listing?: string;
}

/** All definitions with a conversion webhook that is proved or said not to work. */
export const brokenConversions: (snapshot: Snapshot) => readonly BrokenConversion[] = memoize((snapshot) =>
  snapshot.list('CustomResourceDefinition').flatMap((definition) => {
    const { conversion } = definition.spec ?? {};
    if (conversion?.strategy !== 'Webhook') return [];
    const config = conversion.webhook?.clientConfig?.service;
    const service = config === undefined ? undefined : ref('Service', config.namespace, config.name);
    const port = config?.port ?? 443;
    const said = complaints(snapshot, definition);
    const isSaid = said.victims.length > 0 || said.listing !== undefined;
    const proved = service === undefined ? undefined : serviceTrouble(snapshot, service, port);
    const trouble = proved ?? (isSaid ? ('stated' as const) : undefined);
    if (trouble === undefined) return [];
    return [{ ref: refOf(definition), definition, port, trouble, ...said, ...optional('service', service) }];
  }),
);

/** Who says that objects of the definition could not be converted. */
function complaints(
  snapshot: Snapshot,
  { spec }: CustomResourceDefinition,
): Pick<BrokenConversion, 'victims' | 'listing'> {
  const { group = '', names } = spec ?? {};
  const kind = names?.kind ?? '';
  const victims = conversionVictims(snapshot).filter(({ failure }) => failure.group === group && failure.kind === kind);
  // A kind that cannot be converted cannot be listed either: a capture of a live cluster says why.
  const gap = snapshot.coverage.gap(kindKey(group, kind))?.reason ?? '';
  return { victims, ...(parseConversionFailure(gap) === undefined ? {} : { listing: gap }) };
}

function serviceTrouble(snapshot: Snapshot, target: ResourceRef, port: number): ConversionTrouble | undefined {
  if (snapshot.lookup(target).state === 'absent') return 'service-missing';
  const service = present(snapshot, 'Service', target.namespace, target.name);
  if (service === undefined || service.spec?.type === 'ExternalName') return undefined;
  const ports = service.spec?.ports ?? [];
  if (ports.length > 0 && !ports.some((each) => each.port === port)) return 'port-missing';
  const { complete, ready, source } = serviceEndpoints(snapshot, service);
  return source !== 'unknown' && complete && ready.length === 0 ? 'no-endpoints' : undefined;
}
