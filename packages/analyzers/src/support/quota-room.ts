import { formatQuantity, parseQuantity, podRequests, podState, refOf, topOwner } from '@kroot/graph';
import {
  compareRefs,
  refKey,
  type PodSpec,
  type ResourceQuota,
  type ResourceRef,
  type Snapshot,
  type StringMap,
} from '@kroot/types';
import { type RefusedController } from './create-failures.ts';

const COUNTED: ReadonlySet<string> = new Set([
  'pods',
  'services',
  'services.loadbalancers',
  'services.nodeports',
  'configmaps',
  'secrets',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
]);

/** Whether a quota's resource counts objects or their storage, not what pods use. */
export function isObjectCount(resource: string): boolean {
  return (
    COUNTED.has(resource) ||
    resource.startsWith('count/') ||
    resource === 'requests.storage' ||
    resource.includes('.storageclass.storage.k8s.io/')
  );
}

/** One resource of a quota: what it allows, what is used, and what one more pod would take. */
export interface QuotaLine {
  readonly resource: string;
  readonly hard: string;
  readonly used: string;
  readonly wanted: string;
}

/** A quota that has no room for one more pod of a controller. */
export interface FullQuota {
  readonly quota: ResourceRef;
  readonly resources: readonly string[];
  readonly lines: readonly QuotaLine[];
}

/** The first quota of the namespace that the next pod of a controller would exceed. Scoped quotas are left out: whether they count this pod is not known. */
export function fullQuota(snapshot: Snapshot, { controller, template }: RefusedController): FullQuota | undefined {
  if (template === undefined) return undefined;
  for (const quota of snapshot.list('ResourceQuota', controller.namespace)) {
    if ((quota.spec?.scopes ?? []).length > 0) continue;
    const lines = exceeded(quota, template.spec);
    if (lines.length > 0) return { quota: refOf(quota), resources: lines.map(({ resource }) => resource), lines };
  }
  return undefined;
}

function exceeded({ spec, status }: ResourceQuota, pod: PodSpec): readonly QuotaLine[] {
  const hard = status?.hard ?? spec?.hard ?? {};
  return Object.entries(hard).flatMap(([resource, text]) => {
    const limit = parseQuantity(text);
    const used = parseQuantity(valueOf(status?.used, resource) ?? '0');
    const wanted = demandOf(pod, resource);
    if (limit === undefined || used === undefined || wanted <= 0n || used + wanted <= limit) return [];
    return [
      {
        resource,
        hard: text,
        used: valueOf(status?.used, resource) ?? '0',
        wanted: formatQuantity(bareResource(resource), wanted),
      },
    ];
  });
}

/** What a pod counts for a quota's resource, in thousandths. */
function demandOf(pod: PodSpec, resource: string): bigint {
  if (resource === 'pods' || resource === 'count/pods') return 1000n;
  if (isObjectCount(resource)) return 0n;
  return resource.startsWith('limits.')
    ? limitOf(pod, resource.slice('limits.'.length))
    : (podRequests(pod).get(bareResource(resource)) ?? 0n);
}

/** `cpu` for `requests.cpu` and `limits.cpu`. */
export function bareResource(resource: string): string {
  return resource.replace(/^(?:requests|limits)\./, '');
}

function limitOf(pod: PodSpec, resource: string): bigint {
  let total = 0n;
  for (const { resources } of pod.containers) total += parseQuantity(valueOf(resources?.limits, resource) ?? '') ?? 0n;
  return total;
}

function valueOf(map: StringMap | undefined, key: string): string | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** A workload's share of a quota's resource. */
export interface QuotaUser {
  readonly owner: ResourceRef;
  readonly amount: bigint;
  readonly pods: number;
}

/** Who uses how much of a resource in a namespace, most first, by the pods that have not ended. */
export function quotaUsers(snapshot: Snapshot, namespace: string, resource: string): readonly QuotaUser[] {
  const users = new Map<string, QuotaUser>();
  for (const pod of snapshot.list('Pod', namespace)) {
    const { stage } = podState(snapshot, pod);
    if (stage === 'completed' || stage === 'failed') continue;
    const owner = topOwner(snapshot, pod);
    const known = users.get(refKey(owner)) ?? { owner, amount: 0n, pods: 0 };
    users.set(refKey(owner), { owner, amount: known.amount + demandOf(pod.spec, resource), pods: known.pods + 1 });
  }
  return [...users.values()].filter(({ amount }) => amount > 0n).toSorted(mostFirst);
}

function mostFirst(a: QuotaUser, b: QuotaUser): number {
  if (a.amount !== b.amount) return a.amount > b.amount ? -1 : 1;
  return compareRefs(a.owner, b.owner);
}
