import { refKey, CONFIDENCE, type Analyzer, type Condition, type Finding } from '@kroot/types';
import { fromCondition } from '../support/evidence.ts';
import { currentCondition, ROUTE_GRACE, ROUTE_KINDS, routeParents, type RouteParent } from '../support/gateway-api.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

/** Reports routes some of whose rules a Gateway leaves out. */
export const routePartiallyInvalid: Analyzer = {
  meta: {
    id: 'route-partially-invalid',
    title: 'Part of a route is not served',
    role: 'fault',
    severity: 'warning',
    reads: ROUTE_KINDS,
    breaks: ['route'],
    docs: {
      means: 'The Gateway serves the route without those of its rules that it cannot use.',
      decides: 'PartiallyInvalid is True in status.parents of the route for more than a minute.',
      silent: 'While the condition speaks of an older generation of the route.',
      references: ['https://gateway-api.sigs.k8s.io/reference/spec/#routeconditiontype'],
    },
  },
  *analyze({ snapshot }) {
    const told = new Set<string>();
    for (const parent of routeParents(snapshot)) {
      const wanted = { type: 'PartiallyInvalid', status: 'True', grace: ROUTE_GRACE };
      const condition = currentCondition(snapshot, parent.object, parent.conditions, wanted);
      const key = refKey(parent.route);
      if (condition === undefined || told.has(key)) continue;
      told.add(key);
      yield finding(parent, condition);
    }
  },
};

function finding({ route, gateway }: RouteParent, condition: Condition): Finding {
  const words = inline(condition.message ?? condition.reason ?? '');
  return {
    rule: routePartiallyInvalid.meta.id,
    subject: route,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `${inWords(gateway)} leaves out part of ${inWords(route)}`,
    cause: `${inWords(gateway)} cannot use some rules of the route${words === '' ? '' : `: "${words}"`}.`,
    evidence: [fromCondition(route, condition)],
    fixes: [
      describeFix(route, `Correct the rules of ${inWords(route)} that are left out`, [
        'The message of the condition names them.',
      ]),
    ],
  };
}
