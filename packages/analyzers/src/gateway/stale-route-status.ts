import { groupBy, timeOf } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type AnalyzerContext, type Finding } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { GATEWAY_KIND, ROUTE_KINDS, routeParents, type RouteParent } from '../support/gateway-api.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { span } from '../support/words.ts';

const GRACE = 120_000;

/** Reports routes whose newest version no controller has looked at. */
export const staleRouteStatus: Analyzer = {
  meta: {
    id: 'stale-route-status',
    title: 'Controller has not seen the newest version of a route',
    role: 'fault',
    severity: 'warning',
    reads: [...ROUTE_KINDS, GATEWAY_KIND],
    breaks: ['route'],
    docs: {
      means:
        'The route was changed, and the controller of its Gateway still speaks of an older version: the change is not in effect, and the controller most likely does not work.',
      decides:
        'Every condition of the route at a Gateway has an observedGeneration below metadata.generation, and the route was last changed more than two minutes ago.',
      silent:
        'When one condition is up to date, when conditions carry no observedGeneration, and right after a change.',
      references: ['https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus'],
    },
  },
  *analyze(context) {
    const stale = routeParents(context.snapshot).filter((parent) => isStale(context, parent));
    for (const parents of groupBy(stale, ({ route }) => refKey(route)).values()) {
      const [first] = parents;
      if (first !== undefined) yield finding(context, first);
    }
  },
};

function editedAt({ metadata }: RouteParent['object']): number {
  const spec = (metadata.changes ?? []).find(({ subresource }) => subresource === undefined);
  return timeOf(spec?.time ?? metadata.creationTimestamp) ?? 0;
}

function isStale({ now }: AnalyzerContext, { object, conditions }: RouteParent): boolean {
  const { generation } = object.metadata;
  if (generation === undefined || conditions.length === 0 || now - editedAt(object) < GRACE) return false;
  return conditions.every(
    ({ observedGeneration }) => observedGeneration !== undefined && observedGeneration < generation,
  );
}

function finding(
  { now }: AnalyzerContext,
  { route, object, gateway, controller = '', conditions }: RouteParent,
): Finding {
  const { generation = 0 } = object.metadata;
  const seen = Math.max(...conditions.map(({ observedGeneration = 0 }) => observedGeneration));
  const [first] = conditions;
  return {
    rule: staleRouteStatus.meta.id,
    subject: route,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    since: new Date(editedAt(object)).toISOString(),
    message: `The controller of ${inWords(gateway)} has not seen the newest version of ${inWords(route)}`,
    cause: `${inWords(route)} is at generation ${generation}, changed ${span(now - editedAt(object))} ago or later, and controller ${controller} has only seen generation ${seen}.`,
    evidence: [
      fromSpec(route, 'metadata.generation', String(generation)),
      {
        ...fromSpec(
          route,
          `status.parents[${gateway.name}].conditions[${first?.type ?? ''}].observedGeneration`,
          String(seen),
        ),
        source: 'status',
      },
    ],
    affects: [gateway],
    fixes: [
      describeFix(gateway, `See whether controller ${controller} works`, [
        'Its pods must run and hold their lease; it catches up by itself once it works.',
      ]),
    ],
  };
}
