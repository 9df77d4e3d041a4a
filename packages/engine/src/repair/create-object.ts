import { ref, type KubernetesObject, type ResourceRef } from '@kroot/types';
import { type KubectlCall } from './kubectl-call.ts';

/** An object that a command makes. */
interface Created {
  readonly ref: ResourceRef;
  readonly object: KubernetesObject;
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['create secret generic', 'Secret'],
  ['create secret docker-registry', 'Secret'],
  ['create secret tls', 'Secret'],
  ['create configmap', 'ConfigMap'],
  ['create serviceaccount', 'ServiceAccount'],
  ['create namespace', 'Namespace'],
  ['create priorityclass', 'PriorityClass'],
]);

/** What `kubectl create` makes, as a snapshot keeps it: of Secrets the names of the keys. Undefined for other kinds. */
export function createObject(call: KubectlCall, now: Date): Created | undefined {
  const kind = KINDS.get(call.name);
  const name = call.operands[0];
  if (kind === undefined || name === undefined) return undefined;
  const target = ref(kind, call.namespace ?? 'default', name);
  const metadata = {
    name,
    ...(target.namespace === undefined ? {} : { namespace: target.namespace }),
    creationTimestamp: now.toISOString(),
  };
  const apiVersion = kind === 'PriorityClass' ? 'scheduling.k8s.io/v1' : 'v1';
  return { ref: target, object: { apiVersion, kind, metadata, ...bodyOf(call, kind) } };
}

function bodyOf(call: KubectlCall, kind: string): Readonly<Record<string, unknown>> {
  if (call.name === 'create secret docker-registry')
    return { type: 'kubernetes.io/dockerconfigjson', dataKeys: ['.dockerconfigjson'] };
  if (call.name === 'create secret tls') return { type: 'kubernetes.io/tls', dataKeys: ['tls.crt', 'tls.key'] };
  if (kind === 'PriorityClass') return { value: Number(call.flags.get('value')?.at(-1) ?? 0) };
  if (kind !== 'Secret' && kind !== 'ConfigMap') return {};
  const given = [...(call.flags.get('from-literal') ?? []), ...(call.flags.get('from-file') ?? [])];
  const dataKeys = given.map((pair) => pair.split('=')[0] ?? pair).toSorted();
  return { ...(kind === 'Secret' ? { type: call.flags.get('type')?.at(-1) ?? 'Opaque' } : {}), dataKeys };
}
