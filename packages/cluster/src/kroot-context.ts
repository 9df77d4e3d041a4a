import { builtinKind, ref } from '@kroot/types';
import { type Batch } from './batch.ts';
import { elements, isObject, text, type JsonObject } from './guards.ts';
import { type ContextFacts } from './kroot-context-facts.ts';
import { contextPod, podFacts } from './kroot-context-pod.ts';

const NAMED = 'the context file holds this kind only as far as its pods name it';

/** Lists of the context file of the original kroot; two of them in one object without a kind make it one. */
const LISTS = ['pods', 'services', 'nodes', 'events', 'deployments', 'replica_sets', 'ingresses', 'network_policies'];

/** Whether a document is the context file of the original kroot. */
export function isKrootContext(value: JsonObject): boolean {
  return LISTS.filter((name) => Array.isArray(value[name])).length >= 2;
}

/**
 * Turns the context file of the original kroot into Kubernetes-shaped objects and statements about single ones. Its
 * collector lists pods, services, workloads, ingresses, policies and events of a namespace whole; nodes, claims and volumes
 * it asks for by name, so that of those nothing follows from what is not there.
 */
export function readKrootContext(context: JsonObject): readonly Batch[] {
  const facts = [
    each(context, 'pods', podFacts),
    each(context, 'nodes', nodeFacts),
    each(context, 'persistent_volume_claims', claimFacts),
    each(context, 'persistent_volumes', volumeFacts),
  ].flat();
  const vague = each(context, 'network_policies', hasLostRules).filter(Boolean).length;
  const notice = `rules of ${vague} network policies are in the context file as counts only: they are taken to allow everything`;
  const listed = [
    ...each(context, 'pods', contextPod),
    ...each(context, 'services', (entry) => contextObject('Service', entry, { spec: { selector: entry['selector'] } })),
    ...each(context, 'deployments', contextWorkload('Deployment')),
    ...each(context, 'replica_sets', contextWorkload('ReplicaSet')),
    ...each(context, 'ingresses', contextIngress),
    ...each(context, 'network_policies', contextPolicy),
    ...each(context, 'events', contextEvent),
  ];
  const named = [
    ...facts.flatMap((fact) => fact.objects),
    ...each(context, 'namespaces', (entry) => contextObject('Namespace', { name: entry['name'] }, {})),
  ];
  return [
    { values: listed, complete: true, ...(vague > 0 && { notices: [notice] }) },
    { values: named, complete: false, reason: NAMED, statements: facts.flatMap((fact) => fact.statements) },
  ];
}

function each<T>(context: JsonObject, list: string, read: (entry: JsonObject) => T): readonly T[] {
  return elements(context[list]).filter(isObject).map(read);
}

function object(
  apiVersion: string,
  kind: string,
  namespace: unknown,
  name: unknown,
  body: JsonObject,
  metadata: JsonObject = {},
): JsonObject {
  return { apiVersion, kind, metadata: { ...(namespace !== undefined && { namespace }), name, ...metadata }, ...body };
}

function contextObject(kind: string, entry: JsonObject, body: JsonObject, metadata?: JsonObject): JsonObject {
  const known = builtinKind(kind);
  const apiVersion = known === undefined || known.group === '' ? 'v1' : `${known.group}/${known.version}`;
  return object(apiVersion, kind, entry['namespace'], entry['name'], body, metadata);
}

function contextWorkload(kind: 'Deployment' | 'ReplicaSet'): (entry: JsonObject) => JsonObject {
  return (entry) => {
    const { selector } = entry;
    const owner = text(entry['owner_deployment']);
    const owners =
      owner === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: owner, controller: true }] };
    // The template itself is not in the file; the API server accepts only templates whose labels match the selector.
    const spec = { selector: { matchLabels: selector }, template: { metadata: { labels: selector }, spec: {} } };
    return contextObject(kind, entry, { spec }, owners);
  };
}

function contextIngress(entry: JsonObject): JsonObject {
  const paths = elements(entry['backend_services']).map((name) => ({ backend: { service: { name } } }));
  return contextObject('Ingress', entry, { spec: { rules: [{ http: { paths } }] } });
}

function contextPolicy(entry: JsonObject): JsonObject {
  const types = elements(entry['policy_types']);
  return contextObject('NetworkPolicy', entry, {
    spec: {
      podSelector: { matchLabels: entry['pod_selector'] },
      policyTypes: types,
      ...(types.includes('Ingress') && { ingress: rules(entry, 'ingress') }),
      ...(types.includes('Egress') && { egress: rules(entry, 'egress') }),
    },
  });
}

/** Peers and ports of rules are not in the file, only their number: a rule is taken to allow everything. */
function rules(entry: JsonObject, direction: 'ingress' | 'egress'): readonly JsonObject[] {
  const denies = entry[`default_deny_${direction}`] === true || entry[`${direction}_rule_count`] === 0;
  return denies ? [] : [{}];
}

function hasLostRules(entry: JsonObject): boolean {
  return ['ingress_rule_count', 'egress_rule_count'].some((count) => Number(entry[count] ?? 0) > 0);
}

function contextEvent(entry: JsonObject): JsonObject {
  const namespace = text(entry['namespace']);
  const involvedObject = {
    kind: entry['involved_kind'],
    name: entry['involved_name'],
    ...(namespace !== undefined && builtinKind(String(entry['involved_kind']))?.namespaced !== false && { namespace }),
  };
  const type = entry['type_'] ?? entry['type'];
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { ...(namespace !== undefined && { namespace }) },
    involvedObject,
    type,
    reason: entry['reason'],
    message: entry['message'],
  };
}

function nodeFacts(entry: JsonObject): ContextFacts {
  const name = text(entry['name']);
  const [reason, message] = elements(entry['reasons']);
  if (name === undefined || reason === 'Failed to query node state') return { objects: [], statements: [] };
  if (reason === 'Node object not found')
    return { objects: [], statements: [{ ref: ref('Node', undefined, name), state: 'absent' }] };
  const condition = { type: 'Ready', status: entry['ready'] === true ? 'True' : 'False', reason, message };
  return { objects: [object('v1', 'Node', undefined, name, { status: { conditions: [condition] } })], statements: [] };
}

function claimFacts(entry: JsonObject): ContextFacts {
  const volumeName = text(entry['volume_name']);
  return storageFacts(
    'PersistentVolumeClaim',
    text(entry['namespace']),
    entry,
    volumeName === undefined ? {} : { volumeName },
  );
}

function volumeFacts(entry: JsonObject): ContextFacts {
  return storageFacts('PersistentVolume', undefined, entry, {});
}

/** `exists: false` stands for a failed request too; only phase Missing says that there is none. */
function storageFacts(kind: string, namespace: string | undefined, entry: JsonObject, spec: JsonObject): ContextFacts {
  const name = text(entry['name']);
  const phase = text(entry['phase']);
  if (name === undefined) return { objects: [], statements: [] };
  if (entry['exists'] === true) {
    return { objects: [object('v1', kind, namespace, name, { spec, status: { phase } })], statements: [] };
  }
  return { objects: [], statements: phase === 'Missing' ? [{ ref: ref(kind, namespace, name), state: 'absent' }] : [] };
}
