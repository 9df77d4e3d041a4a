import { groupBy } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type Condition, type Finding, type Snapshot } from '@kroot/types';
import { fromCondition } from '../support/evidence.ts';
import {
  currentCondition,
  GATEWAY_KIND,
  ROUTE_GRACE,
  ROUTE_KINDS,
  routeParents,
  type RouteParent,
} from '../support/gateway-api.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

/** Reports routes of the Gateway API that a Gateway does not serve. */
export const routeDown: Analyzer = {
  meta: {
    id: 'route-down',
    title: 'Route is not served',
    role: 'symptom',
    severity: 'critical',
    reads: [...ROUTE_KINDS, GATEWAY_KIND],
    waitsFor: ['route'],
    docs: {
      means: 'Requests for the hosts and paths of the route end at the Gateway.',
      decides: 'In status.parents of the route, Accepted or ResolvedRefs is False for more than a minute.',
      silent:
        'While the condition speaks of an older generation, and for parents that are no Gateway. A route that another parent accepts is a warning.',
      references: ['https://gateway-api.sigs.k8s.io/reference/spec/#routeconditiontype'],
    },
  },
  *analyze({ snapshot }) {
    for (const parents of groupBy(routeParents(snapshot), ({ route }) => refKey(route)).values()) {
      const broken = parents.flatMap((parent) => {
        const condition = trouble(snapshot, parent);
        return condition === undefined ? [] : [{ parent, condition }];
      });
      const [first] = broken;
      if (first !== undefined) yield finding(first.parent, first.condition);
    }
  },
};

function trouble(snapshot: Snapshot, { object, conditions }: RouteParent): Condition | undefined {
  for (const type of ['Accepted', 'ResolvedRefs']) {
    const condition = currentCondition(snapshot, object, conditions, { type, status: 'False', grace: ROUTE_GRACE });
    if (condition !== undefined) return condition;
  }
  return undefined;
}

function finding({ route, gateway, acceptedElsewhere }: RouteParent, condition: Condition): Finding {
  const reason = condition.reason ?? `${condition.type}=False`;
  const isRefused = condition.type === 'Accepted';
  return {
    rule: routeDown.meta.id,
    subject: route,
    severity: isRefused && acceptedElsewhere ? 'warning' : 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `${inWords(route)} is not served by ${inWords(gateway)} (${reason})`,
    cause: `The controller of ${inWords(gateway)} ${isRefused ? 'does not accept' : 'cannot resolve the backends of'} ${inWords(route)}: ${inline(condition.message ?? reason)}.`,
    state: `${isRefused ? 'not accepted' : 'backends unresolved'} (${reason})`,
    evidence: [fromCondition(route, condition)],
    fixes: [],
  };
}
