import { nearNames } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Condition,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromCondition, fromSpec } from '../support/evidence.ts';
import {
  backendsOf,
  currentCondition,
  ROUTE_GRACE,
  ROUTE_KINDS,
  routeParents,
  type RouteBackend,
  type RouteParent,
} from '../support/gateway-api.ts';
import { fieldPointer } from '../support/ingress-backends.ts';
import { describeFix, inWords, kubectlApply } from '../support/kubectl.ts';
import { similarNames } from '../support/near-objects.ts';
import { optional } from '../support/optional.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { inline } from '../support/words.ts';

/** Reports routes whose backends a Gateway cannot resolve. */
export const routeBackendUnresolved: Analyzer = {
  meta: {
    id: 'route-backend-unresolved',
    title: 'Backend of a route cannot be resolved',
    role: 'fault',
    severity: 'critical',
    reads: [...ROUTE_KINDS, 'Service', 'ReferenceGrant.gateway.networking.k8s.io'],
    breaks: ['route'],
    docs: {
      means:
        'The Gateway answers the requests of a rule with 500, because a backend of the rule does not exist or may not be used from there.',
      decides:
        'ResolvedRefs is False in status.parents of the route for more than a minute. A Service that is proved not to exist is the subject, else the route.',
      silent:
        'While the condition speaks of an older generation of the route, and when the route is not accepted at all: then that is told.',
      references: ['https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason'],
    },
  },
  *analyze({ snapshot }) {
    const seen = new Set<string>();
    for (const parent of routeParents(snapshot)) {
      const wanted = { type: 'ResolvedRefs', status: 'False', grace: ROUTE_GRACE };
      const condition = currentCondition(snapshot, parent.object, parent.conditions, wanted);
      const isRefused = parent.conditions.some(({ type, status }) => type === 'Accepted' && status === 'False');
      if (condition === undefined || isRefused || seen.has(refKey(parent.route))) continue;
      seen.add(refKey(parent.route));
      yield finding(snapshot, parent, condition);
    }
  },
};

function finding(snapshot: Snapshot, { route, object, gateway }: RouteParent, condition: Condition): Finding {
  const reason = condition.reason ?? 'ResolvedRefs=False';
  const backend = suspect(snapshot, object, route, condition);
  const isAbsent =
    reason === 'BackendNotFound' && backend !== undefined && snapshot.lookup(backend.ref).state === 'absent';
  const named = backend === undefined ? 'a backend' : inWords(backend.ref);
  return {
    rule: routeBackendUnresolved.meta.id,
    subject: isAbsent ? backend.ref : route,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: isAbsent
      ? `${named} does not exist, but ${inWords(route)} sends requests to it`
      : `${inWords(route)} cannot use ${named} (${reason})`,
    cause: `The controller of ${inWords(gateway)} cannot resolve ${backend?.path ?? 'the backends'} of ${inWords(route)}: ${inline(condition.message ?? reason)}.`,
    evidence: [
      fromCondition(route, condition),
      ...(backend === undefined
        ? []
        : [
            fromSpec(
              route,
              backend.path,
              `${inWords(backend.ref)}${backend.port === undefined ? '' : `, port ${backend.port}`}`,
            ),
          ]),
      ...(isAbsent
        ? [computed(backend.ref, `not among the Services of namespace ${backend.ref.namespace ?? ''}`)]
        : []),
    ],
    affects: [route],
    fixes: fixesOf(snapshot, route, reason, backend),
    ...optional('notes', isAbsent ? notesOf(snapshot, backend.ref) : undefined),
  };
}

/** The backend that the condition means: the one that its words name, the one that is absent, or the one in another namespace. */
function suspect(
  snapshot: Snapshot,
  object: RouteParent['object'],
  route: ResourceRef,
  { reason, message = '' }: Condition,
): RouteBackend | undefined {
  const backends = backendsOf(object);
  const named = backends.filter(({ ref }) => message.includes(ref.name));
  const candidates = named.length > 0 ? named : backends;
  if (reason === 'RefNotPermitted') return candidates.find(({ ref }) => ref.namespace !== route.namespace);
  return (
    candidates.find(({ ref }) => snapshot.lookup(ref).state === 'absent') ??
    (candidates.length === 1 ? candidates[0] : undefined)
  );
}

function notesOf(snapshot: Snapshot, service: ResourceRef): readonly string[] | undefined {
  const names = snapshot.list('Service', service.namespace).map(({ metadata }) => metadata.name);
  const notes = similarNames(service, names);
  return notes.length === 0 ? undefined : notes;
}

function fixesOf(
  snapshot: Snapshot,
  route: ResourceRef,
  reason: string,
  backend: RouteBackend | undefined,
): readonly Fix[] {
  const look = describeFix(route, `Correct the backends of ${inWords(route)}`, [
    backend === undefined
      ? 'Compare spec.rules[].backendRefs with the Services that exist.'
      : `Correct ${backend.path}, or create ${inWords(backend.ref)}.`,
  ]);
  if (backend === undefined) return [look];
  if (reason === 'RefNotPermitted') return [grantFix(route, backend.ref), look];
  const names = snapshot.list('Service', backend.ref.namespace).map(({ metadata }) => metadata.name);
  const [best] =
    backend.ref.kind === 'Service' && reason === 'BackendNotFound' ? nearNames(backend.ref.name, names) : [];
  if (best === undefined) return [look];
  return [
    {
      summary: `Let ${inWords(route)} use Service ${best}`,
      steps: [`Namespace ${backend.ref.namespace ?? ''} has Service ${best}; if that is meant, correct the name.`],
      commands: [jsonPatch(route, [{ op: 'replace', path: `${fieldPointer(backend.path)}/name`, value: best }])],
      effect: 'change',
      where: 'cluster',
    },
    look,
  ];
}

/** https://gateway-api.sigs.k8s.io/api-types/referencegrant/ */
function grantFix(route: ResourceRef, service: ResourceRef): Fix {
  const manifest = JSON.stringify({
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: `allow-${route.namespace ?? 'default'}`, namespace: service.namespace },
    spec: {
      from: [{ group: route.group, kind: route.kind, namespace: route.namespace }],
      to: [{ group: service.group, kind: service.kind, name: service.name }],
    },
  });
  return {
    summary: `Allow routes of namespace ${route.namespace ?? ''} to use ${inWords(service)}`,
    steps: [
      `A ReferenceGrant in namespace ${service.namespace ?? ''} permits it; whoever owns that namespace has to agree.`,
    ],
    commands: [kubectlApply(manifest)],
    effect: 'change',
    where: 'cluster',
  };
}
