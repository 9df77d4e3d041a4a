import { formatLabelSelector, groupBy, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Condition,
  type Evidence,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromCondition, fromSpec } from '../support/evidence.ts';
import {
  currentCondition,
  GATEWAY_KIND,
  listenersOf,
  orphanRoutes,
  ROUTE_GRACE,
  ROUTE_KINDS,
  routeParents,
  type Listener,
  type OrphanRoute,
  type RouteParent,
} from '../support/gateway-api.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { listOf } from '../support/untyped.ts';
import { counted, inline, listed } from '../support/words.ts';

interface Refused extends RouteParent {
  readonly condition: Condition;
}

/** Reports why Gateways do not accept routes: a listener's allowedRoutes, or the route itself. */
export const routeNotAccepted: Analyzer = {
  meta: {
    id: 'route-not-accepted',
    title: 'Gateway does not accept a route',
    role: 'fault',
    severity: 'critical',
    reads: [...ROUTE_KINDS, GATEWAY_KIND],
    breaks: ['route'],
    docs: {
      means: 'The route is not attached to the Gateway, so none of its hosts and paths is served there.',
      decides:
        'Accepted is False in status.parents of the route for more than a minute. Also when a Gateway of spec.parentRefs is proved not to exist. With reason NotAllowedByListeners the allowedRoutes of the listener are wrong and the Gateway is the subject; with every other reason the route is.',
      silent:
        'While the condition speaks of an older generation of the route, and when the controller itself is not there.',
      references: ['https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason'],
    },
  },
  *analyze({ snapshot }) {
    const refused = routeParents(snapshot).flatMap((parent): readonly Refused[] => {
      const wanted = { type: 'Accepted', status: 'False', grace: ROUTE_GRACE };
      const condition = currentCondition(snapshot, parent.object, parent.conditions, wanted);
      return condition === undefined ? [] : [{ ...parent, condition }];
    });
    const byListener = groupBy(
      refused.filter(isNotAllowed),
      ({ gateway, sectionName }) => `${refKey(gateway)} ${sectionName ?? ''}`,
    );
    for (const group of byListener.values()) {
      const [first] = group;
      if (first !== undefined) yield gatewayFinding(snapshot, first, group);
    }
    const orphans = orphanRoutes(snapshot);
    const orphaned = new Set(orphans.map(({ route }) => refKey(route)));
    for (const each of refused) {
      if (!isNotAllowed(each) && !orphaned.has(refKey(each.route))) yield routeFinding(snapshot, each);
    }
    for (const orphan of orphans) yield orphanFinding(snapshot, orphan);
  },
};

function isNotAllowed({ condition }: Refused): boolean {
  return condition.reason === 'NotAllowedByListeners';
}

function gatewayFinding(snapshot: Snapshot, first: Refused, group: readonly Refused[]): Finding {
  const { gateway, sectionName, condition, acceptedElsewhere } = first;
  const listener = gatewayListeners(snapshot, gateway).find(
    ({ name }) => sectionName === undefined || name === sectionName,
  );
  const routes = group.map(({ route }) => route);
  const where = sectionName === undefined ? inWords(gateway) : `Listener ${sectionName} of ${inWords(gateway)}`;
  const namespaces = [...new Set(routes.map(({ namespace = '' }) => namespace))];
  return {
    rule: routeNotAccepted.meta.id,
    subject: gateway,
    ...optional('discriminator', sectionName),
    severity: acceptedElsewhere ? 'warning' : 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `${where} does not accept ${listed(routes.map((route) => inWords(route)))}`,
    cause: `${allowedWords(listener, gateway)}, and ${counted(routes.length, 'route')} of namespace ${listed(namespaces)} ${routes.length === 1 ? 'wants' : 'want'} to attach to it: ${inline(condition.message ?? 'NotAllowedByListeners')}.`,
    evidence: [
      ...group.slice(0, 2).map((each) => fromCondition(each.route, each.condition)),
      ...listenerEvidence(gateway, listener),
    ],
    affects: routes,
    fixes: allowFixes(gateway, listener, namespaces),
  };
}

function gatewayListeners(snapshot: Snapshot, gateway: ResourceRef): readonly Listener[] {
  const object = snapshot.list(GATEWAY_KIND, gateway.namespace).find(({ metadata }) => metadata.name === gateway.name);
  return object === undefined ? [] : listenersOf(object);
}

function allowedWords(listener: Listener | undefined, gateway: ResourceRef): string {
  if (listener === undefined) return `The listeners of ${inWords(gateway)} restrict which routes may attach`;
  const path = `allowedRoutes.namespaces.from of listener ${listener.name}`;
  if (listener.from === 'Same')
    return `${path} is Same (the default), so that only routes of namespace ${gateway.namespace ?? ''} may attach`;
  return listener.from === 'All'
    ? `Listener ${listener.name} of ${inWords(gateway)} takes routes of all namespaces, but not of this kind`
    : `${path} is ${listener.from}, which does not take the namespace in`;
}

function listenerEvidence(gateway: ResourceRef, listener: Listener | undefined): readonly Evidence[] {
  if (listener === undefined) return [];
  return [fromSpec(gateway, `spec.listeners[${listener.index}].allowedRoutes.namespaces.from`, listener.from)];
}

function allowFixes(
  gateway: ResourceRef,
  listener: Listener | undefined,
  namespaces: readonly string[],
): readonly Fix[] {
  const look = describeFix(gateway, `Allow the routes at the listeners of ${inWords(gateway)}`, [
    'Set allowedRoutes of the listener so that it takes the namespace and the kind of the routes in.',
  ]);
  if (listener === undefined || listener.from === 'All') return [look];
  const selector = {
    from: 'Selector',
    selector: {
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'In',
          values: [gateway.namespace ?? '', ...namespaces].toSorted(),
        },
      ],
    },
  };
  if (listener.from !== 'Same') return [look];
  return [
    {
      summary: `Let listener ${listener.name} of ${inWords(gateway)} take routes of namespace ${listed(namespaces)}`,
      steps: [
        `The selector (${formatLabelSelector(selector.selector)}) takes in the Gateway's own namespace and that of the routes; with from: All it would take in every namespace.`,
        'A Gateway that comes from Git or a chart has to be changed there.',
      ],
      commands: [
        jsonPatch(gateway, [
          { op: 'add', path: `/spec/listeners/${listener.index}/allowedRoutes`, value: { namespaces: selector } },
        ]),
      ],
      effect: 'change',
      where: 'cluster',
    },
    look,
  ];
}

function routeFinding(
  snapshot: Snapshot,
  { route, object, gateway, sectionName, condition, acceptedElsewhere }: Refused,
): Finding {
  const reason = condition.reason ?? 'Accepted=False';
  const at = sectionName === undefined ? inWords(gateway) : `listener ${sectionName} of ${inWords(gateway)}`;
  const listeners = gatewayListeners(snapshot, gateway);
  const notes = noteOn(snapshot, reason, { gateway, listeners, hostnames: listOf(object.spec, 'hostnames') });
  return {
    rule: routeNotAccepted.meta.id,
    subject: route,
    discriminator: `${gateway.namespace ?? ''}/${gateway.name}/${sectionName ?? ''}`,
    severity: acceptedElsewhere ? 'warning' : 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `${inWords(route)} is not accepted by ${at} (${reason})`,
    cause: `The controller of ${inWords(gateway)} refuses the route at ${at}: ${inline(condition.message ?? reason)}.`,
    evidence: [
      fromCondition(route, condition),
      fromSpec(
        route,
        'spec.parentRefs',
        `${gateway.namespace ?? ''}/${gateway.name}${sectionName === undefined ? '' : `, section ${sectionName}`}`,
      ),
      ...hostEvidence(route, object.spec),
    ],
    affects: [route],
    fixes: [
      describeFix(route, `Correct what ${inWords(route)} asks of ${inWords(gateway)}`, [
        listeners.length === 0
          ? `Compare spec.parentRefs with the Gateways that exist.`
          : `Listeners of ${inWords(gateway)}: ${listed(
              listeners.map(({ name, hostname }) => (hostname === undefined ? name : `${name} (${hostname})`)),
              8,
            )}.`,
      ]),
    ],
    ...optional('notes', notes),
  };
}

function orphanFinding(snapshot: Snapshot, { route, gateway, path }: OrphanRoute): Finding {
  const gateways = snapshot.list(GATEWAY_KIND).map((each) => refOf(each));
  return {
    rule: routeNotAccepted.meta.id,
    subject: route,
    discriminator: `${gateway.namespace ?? ''}/${gateway.name}/`,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `${inWords(route)} names ${inWords(gateway)}, which does not exist`,
    cause: `${path} of ${inWords(route)} names Gateway ${gateway.name} in namespace ${gateway.namespace ?? ''}, and there is none, so no controller serves the route there.`,
    evidence: [
      fromSpec(route, path, `${gateway.namespace ?? ''}/${gateway.name}`),
      computed(gateway, `not among the ${counted(gateways.length, 'Gateway')} of the cluster`),
    ],
    affects: [route],
    fixes: [
      describeFix(route, `Correct ${path} of ${inWords(route)}`, [
        `Gateways that exist: ${listed(
          gateways.map((each) => `${each.namespace ?? ''}/${each.name}`),
          8,
        )}. Without a namespace the route's own is meant.`,
      ]),
    ],
    ...optional('notes', noteOn(snapshot, 'NoMatchingParent', { gateway, listeners: [], hostnames: [] })),
  };
}

function hostEvidence(route: ResourceRef, spec: unknown): readonly Evidence[] {
  const hosts = listOf(spec, 'hostnames').filter((host) => typeof host === 'string');
  return hosts.length === 0 ? [] : [fromSpec(route, 'spec.hostnames', hosts.slice(0, 5).join(', '))];
}

function noteOn(
  snapshot: Snapshot,
  reason: string,
  {
    gateway,
    listeners,
    hostnames,
  }: { readonly gateway: ResourceRef; readonly listeners: readonly Listener[]; readonly hostnames: readonly unknown[] },
): readonly string[] | undefined {
  if (reason === 'NoMatchingListenerHostname') {
    const served = listeners.flatMap(({ hostname }) => hostname ?? []);
    return [
      `The listeners serve ${listed(served, 5)}; the route asks for ${listed(hostnames.map(String), 5)}. A wildcard stands for one label at least, and the bare domain is not part of it.`,
    ];
  }
  const known = snapshot.lookup(gateway).state;
  const elsewhere = snapshot
    .list(GATEWAY_KIND)
    .filter(({ metadata }) => metadata.name === gateway.name && metadata.namespace !== gateway.namespace);
  if (known !== 'absent' || elsewhere.length === 0) return undefined;
  return [
    `A Gateway ${gateway.name} exists in namespace ${listed(elsewhere.map(({ metadata }) => metadata.namespace ?? ''))}: spec.parentRefs has to name it.`,
  ];
}
