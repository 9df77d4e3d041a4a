import { elements, isObject, member, text, type JsonObject } from '../guards.ts';

/**
 * Turns older versions of built-in kinds into today's shape. Only differences in fields that kroot reads are handled; a
 * version whose fields did not change needs nothing.
 */
export function modernise(kind: string, apiVersion: string, object: JsonObject): JsonObject {
  switch (kind) {
    case 'Event':
      return apiVersion.startsWith('events.k8s.io/') ? coreEvent(object) : object;
    case 'HorizontalPodAutoscaler':
      return apiVersion === 'autoscaling/v1' ? autoscalerV2(object) : object;
    case 'Ingress':
      return apiVersion.endsWith('/v1beta1') ? ingressV1(object) : object;
    case 'PodDisruptionBudget':
      return apiVersion === 'policy/v1beta1' ? budgetV1(object) : object;
    case 'EndpointSlice':
      return apiVersion.endsWith('/v1beta1') ? endpointSliceV1(object) : object;
    case 'CustomResourceDefinition':
      return apiVersion.endsWith('/v1beta1') ? definitionV1(object) : object;
    default:
      return object;
  }
}

/** https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/events/v1/conversion.go */
function coreEvent(event: JsonObject): JsonObject {
  return {
    ...event,
    involvedObject: event['involvedObject'] ?? event['regarding'],
    message: event['message'] ?? event['note'],
    count: event['count'] ?? event['deprecatedCount'],
    firstTimestamp: event['firstTimestamp'] ?? event['deprecatedFirstTimestamp'],
    lastTimestamp: event['lastTimestamp'] ?? event['deprecatedLastTimestamp'],
    source: event['source'] ?? event['deprecatedSource'],
    reportingComponent: event['reportingComponent'] ?? event['reportingController'],
  };
}

/**
 * autoscaling/v1 keeps what it has no field for in annotations.
 * https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/autoscaling/annotations.go
 */
function autoscalerV2(autoscaler: JsonObject): JsonObject {
  const annotations = member(autoscaler['metadata'], 'annotations');
  const cpu = member(autoscaler['spec'], 'targetCPUUtilizationPercentage');
  const metrics = [
    ...(typeof cpu === 'number' ? [{ type: 'Resource', resource: { name: 'cpu' } }] : []),
    ...parsedList(member(annotations, 'autoscaling.alpha.kubernetes.io/metrics')),
  ];
  const conditions = parsedList(member(annotations, 'autoscaling.alpha.kubernetes.io/conditions'));
  return {
    ...autoscaler,
    spec: { ...asObject(autoscaler['spec']), ...(metrics.length > 0 && { metrics }) },
    status: { ...asObject(autoscaler['status']), ...(conditions.length > 0 && { conditions }) },
  };
}

/** extensions/v1beta1 and networking.k8s.io/v1beta1: serviceName and servicePort stood in the backend itself. */
function ingressV1(ingress: JsonObject): JsonObject {
  const spec = asObject(ingress['spec']);
  const fallback = spec['defaultBackend'] ?? spec['backend'];
  const rules = Array.isArray(spec['rules']) && elements(spec['rules']).map(ruleV1);
  return {
    ...ingress,
    spec: { ...spec, ...(rules && { rules }), ...(isObject(fallback) && { defaultBackend: backendV1(fallback) }) },
  };
}

function ruleV1(rule: unknown): unknown {
  const http = member(rule, 'http');
  if (!isObject(rule) || !isObject(http)) return rule;
  return { ...rule, http: { ...http, paths: elements(http['paths']).map(pathV1) } };
}

function pathV1(path: unknown): unknown {
  if (!isObject(path)) return path;
  // The default of these versions; today's has none.
  return { ...path, pathType: path['pathType'] ?? 'ImplementationSpecific', backend: backendV1(path['backend']) };
}

function backendV1(backend: unknown): unknown {
  const name = text(member(backend, 'serviceName'));
  if (name === undefined) return backend;
  const port = member(backend, 'servicePort');
  return { service: { name, port: typeof port === 'number' ? { number: port } : { name: port } } };
}

/** In policy/v1beta1 an empty selector matched no pod, in policy/v1 it matches all; an absent one matches none in both. */
function budgetV1(budget: JsonObject): JsonObject {
  const { selector, ...rest } = asObject(budget['spec']);
  const isEmpty =
    isObject(selector) && elements(selector['matchExpressions']).length === 0 && !hasMembers(selector['matchLabels']);
  return { ...budget, spec: isEmpty ? rest : { ...rest, selector } };
}

function endpointSliceV1(slice: JsonObject): JsonObject {
  return Array.isArray(slice['endpoints'])
    ? { ...slice, endpoints: elements(slice['endpoints']).map(endpointV1) }
    : slice;
}

function endpointV1(endpoint: unknown): unknown {
  const topology = member(endpoint, 'topology');
  if (!isObject(endpoint) || topology === undefined) return endpoint;
  return {
    ...endpoint,
    nodeName: endpoint['nodeName'] ?? member(topology, 'kubernetes.io/hostname'),
    zone: endpoint['zone'] ?? member(topology, 'topology.kubernetes.io/zone'),
  };
}

function definitionV1(definition: JsonObject): JsonObject {
  const spec = asObject(definition['spec']);
  const conversion = spec['conversion'];
  const clientConfig = member(conversion, 'webhookClientConfig');
  if (!isObject(conversion) || clientConfig === undefined) return definition;
  return { ...definition, spec: { ...spec, conversion: { ...conversion, webhook: { clientConfig } } } };
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function hasMembers(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length > 0;
}

function parsedList(value: unknown): readonly unknown[] {
  if (typeof value !== 'string') return [];
  try {
    return elements(JSON.parse(value));
  } catch {
    return [];
  }
}
