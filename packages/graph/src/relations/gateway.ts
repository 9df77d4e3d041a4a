import { type KubernetesObject, type ResourceRef } from '@kroot/types';
import { refTo } from '../refs.ts';
import { type MakerContext, type RelationMaker } from './relation-maker.ts';

const GATEWAY_API = 'gateway.networking.k8s.io';
const ROUTES = ['GRPCRoute', 'HTTPRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'];

/** Gateway API (https://gateway-api.sigs.k8s.io/reference/spec/) and OpenShift's Route; kroot has no types for them. */
export const gatewayRelations: readonly RelationMaker[] = [
  ...ROUTES.map((kind): RelationMaker => ({ kind: `${kind}.${GATEWAY_API}`, make: linkRoute })),
  { kind: `Gateway.${GATEWAY_API}`, make: linkGateway },
  { kind: 'Route.route.openshift.io', make: linkOpenShiftRoute },
];

/** A gateway sends requests on to its routes, and these to Services. */
function linkRoute(object: KubernetesObject, { self, namespace, link }: MakerContext): void {
  const spec = specOf(object);
  for (const parent of listOf(spec['parentRefs'])) {
    const gateway = refFrom(parent, { group: GATEWAY_API, kind: 'Gateway', namespace });
    if (gateway !== undefined) link(gateway, self, 'routes-to');
  }
  for (const [i, rule] of listOf(spec['rules']).entries()) {
    for (const [j, backend] of listOf(rule['backendRefs']).entries()) {
      const target = refFrom(backend, { group: '', kind: 'Service', namespace });
      const detail = { path: `spec.rules[${i}].backendRefs[${j}]`, ...portDetail(backend['port']) };
      if (target !== undefined) link(self, target, 'routes-to', detail);
    }
  }
}

function linkGateway(object: KubernetesObject, { self, namespace, link }: MakerContext): void {
  const spec = specOf(object);
  const className = refFrom({ name: spec['gatewayClassName'] }, { group: GATEWAY_API, kind: 'GatewayClass' });
  if (className !== undefined) link(self, className, 'ingress-class', { path: 'spec.gatewayClassName' });
  for (const [i, listener] of listOf(spec['listeners']).entries()) {
    for (const [j, certificate] of listOf(recordOf(listener['tls'])['certificateRefs']).entries()) {
      const secret = refFrom(certificate, { group: '', kind: 'Secret', namespace });
      const path = `spec.listeners[${i}].tls.certificateRefs[${j}]`;
      if (secret !== undefined) link(self, secret, 'tls-secret', { path });
    }
  }
}

function linkOpenShiftRoute(object: KubernetesObject, { self, namespace, link }: MakerContext): void {
  const spec = specOf(object);
  const detail = portDetail(recordOf(spec['port'])['targetPort']);
  const backends: readonly (readonly [string, Untyped])[] = [
    ['spec.to', recordOf(spec['to'])],
    ...listOf(spec['alternateBackends']).map((each, i) => [`spec.alternateBackends[${i}]`, each] as const),
  ];
  for (const [path, backend] of backends) {
    const target = refFrom(backend, { group: '', kind: 'Service', namespace });
    if (target !== undefined) link(self, target, 'routes-to', { path, ...detail });
  }
}

type Untyped = Readonly<Record<string, unknown>>;

const NOTHING: Untyped = {};

function specOf(object: KubernetesObject): Untyped {
  return 'spec' in object ? recordOf(object.spec) : NOTHING;
}

function recordOf(value: unknown): Untyped {
  return isRecord(value) ? value : NOTHING;
}

function listOf(value: unknown): readonly Untyped[] {
  return Array.isArray(value) ? value.map((each: unknown) => recordOf(each)) : [];
}

function isRecord(value: unknown): value is Untyped {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Defaults {
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string;
}

function refFrom(value: Untyped, defaults: Defaults): ResourceRef | undefined {
  const group = stringOf(value['group']) ?? defaults.group;
  const kind = stringOf(value['kind']) ?? defaults.kind;
  const name = stringOf(value['name']);
  if (name === undefined) return undefined;
  const apiVersion = group === '' ? 'v1' : `${group}/v1`;
  return refTo({ apiVersion, kind, name }, stringOf(value['namespace']) ?? defaults.namespace);
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function portDetail(port: unknown): { readonly detail?: string } {
  return typeof port === 'number' || typeof port === 'string' ? { detail: `port ${port}` } : {};
}
