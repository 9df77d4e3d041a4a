import { type Workload } from '@kroot/graph';
import {
  type KubernetesObject,
  type PersistentVolumeClaim,
  type Pod,
  type ReplicaSet,
  type ResourceRef,
  type StatefulSet,
} from '@kroot/types';
import { member, valueAt } from '../repair/json.ts';

/** More pods of one template would show nothing new. */
const MAX_REPLICAS = 20;

/** The pods that a workload is going to have, with what stands between them and it. Nothing has a status yet. */
export function intendedPods({ ref: owner, object, template, replicas }: Workload): readonly KubernetesObject[] {
  const suspended = valueAt(object, ['spec', 'suspend']) === true;
  const count = suspended ? 0 : Math.min(replicas ?? 1, MAX_REPLICAS);
  const { kind, name, namespace } = owner;
  const between = count === 0 ? undefined : middleOf(owner, object);
  const parent = between ?? object;
  const parentName = parent.metadata.name;
  const pods = Array.from({ length: count }, (_, i): Pod => {
    const suffix = kind === 'StatefulSet' ? `${ordinalStart(object) + i}` : count === 1 ? 'pod' : `pod-${i + 1}`;
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${kind === 'StatefulSet' ? name : parentName}-${suffix}`,
        ...(namespace !== undefined && { namespace }),
        ...(template.metadata?.labels !== undefined && { labels: template.metadata.labels }),
        ...(template.metadata?.annotations !== undefined && { annotations: template.metadata.annotations }),
        ownerReferences: [ownerReference(parent)],
      },
      spec: withClaims(object, template.spec, `${name}-${suffix}`),
    };
  });
  const claims = kind === 'StatefulSet' ? pods.flatMap((pod) => claimsOf(object, pod.metadata.name)) : [];
  return [...(between === undefined ? [] : [between]), ...claims, ...pods];
}

/** A Deployment makes a ReplicaSet, a CronJob makes a Job. */
function middleOf({ kind, namespace, name }: ResourceRef, object: KubernetesObject): KubernetesObject | undefined {
  const metadata = { name, ...(namespace !== undefined && { namespace }), ownerReferences: [ownerReference(object)] };
  if (kind === 'Deployment') {
    const { selector, template, replicas = 1 }: ReplicaSet['spec'] = specOf(object);
    const set: ReplicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { ...metadata, ...(template?.metadata?.labels !== undefined && { labels: template.metadata.labels }) },
      spec: { replicas, ...(selector !== undefined && { selector }), ...(template !== undefined && { template }) },
    };
    return set;
  }
  if (kind !== 'CronJob') return undefined;
  const job: KubernetesObject & { readonly spec: unknown } = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: valueAt(object, ['spec', 'jobTemplate', 'spec']),
  };
  return job;
}

function specOf(object: KubernetesObject): ReplicaSet['spec'] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parts of a ReplicaSet's spec are those of a Deployment's
  return member(object, 'spec') as ReplicaSet['spec'];
}

function ownerReference({ apiVersion, kind, metadata }: KubernetesObject): {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly controller: true;
} {
  const { uid } = metadata;
  return { apiVersion, kind, name: metadata.name, ...(uid !== undefined && { uid }), controller: true };
}

function ordinalStart(object: KubernetesObject): number {
  const start = valueAt(object, ['spec', 'ordinals', 'start']);
  return typeof start === 'number' && Number.isInteger(start) && start >= 0 ? start : 0;
}

/** A StatefulSet gives each pod a claim of its own for every claim template. */
function withClaims(object: KubernetesObject, spec: Pod['spec'], pod: string): Pod['spec'] {
  const names = claimTemplates(object).map(({ metadata }) => metadata.name);
  const own = names.map((name) => ({ name, persistentVolumeClaim: { claimName: `${name}-${pod}` } }));
  const rest = (spec.volumes ?? []).filter((volume) => !names.includes(volume.name));
  return own.length === 0 ? spec : { ...spec, volumes: [...rest, ...own] };
}

function claimsOf(object: KubernetesObject, pod: string): readonly PersistentVolumeClaim[] {
  const { namespace } = object.metadata;
  return claimTemplates(object).map(({ metadata, spec }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { ...metadata, name: `${metadata.name}-${pod}`, ...(namespace !== undefined && { namespace }) },
    ...(spec !== undefined && { spec }),
  }));
}

function claimTemplates(object: KubernetesObject): readonly PersistentVolumeClaim[] {
  if (object.kind !== 'StatefulSet') return [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reader has shaped what is called a StatefulSet
  return (object as StatefulSet).spec.volumeClaimTemplates ?? [];
}
