import {
  matchesLabels,
  parseQuantity,
  refOf,
  serviceReferences,
  workloads,
  type ServiceReference,
  type Workload,
} from '@kroot/graph';
import { refKey, type ResourceQuota, type ResourceRef, type Snapshot } from '@kroot/types';

/** A Service that others need, whose workload is there, and that a full quota keeps from being made. */
export interface UncreatedService {
  readonly service: ResourceRef;
  readonly quota: ResourceRef;
  readonly resource: string;
  readonly used: string;
  readonly hard: string;
  readonly workload: ResourceRef;
  readonly user: ResourceRef;
  readonly reference: ServiceReference;
}

/**
 * Refused Services leave no trace in the cluster: only whoever applied them saw the message. What is left is a quota that
 * allows no more Services, a workload of the Service's name that no Service selects, and another that calls it.
 */
export function uncreatedServices(snapshot: Snapshot): readonly UncreatedService[] {
  const found = new Map<string, UncreatedService>();
  for (const quota of snapshot.list('ResourceQuota')) {
    const namespace = quota.metadata.namespace ?? '';
    const full = ['services', 'count/services']
      .map((resource) => fullLine(quota, resource))
      .find((line) => line !== undefined);
    if (full === undefined || snapshot.coverage.state('Service', namespace) !== 'complete') continue;
    const inNamespace = workloads(snapshot).filter(({ ref }) => ref.namespace === namespace);
    for (const { ref: user, template } of inNamespace) {
      for (const reference of serviceReferences(snapshot, template.spec, namespace)) {
        const { service, exists } = reference;
        const workload = inNamespace.find(({ ref }) => ref.name === service.name);
        if (
          exists !== 'absent' ||
          service.namespace !== namespace ||
          workload === undefined ||
          isServed(snapshot, workload)
        )
          continue;
        const key = `${refKey(service)}\n${refKey(refOf(quota))}`;
        if (!found.has(key))
          found.set(key, { service, quota: refOf(quota), ...full, workload: workload.ref, user, reference });
      }
    }
  }
  return [...found.values()];
}

function fullLine(
  { status }: ResourceQuota,
  resource: string,
): Pick<UncreatedService, 'resource' | 'used' | 'hard'> | undefined {
  const { used = {}, hard = {} } = status ?? {};
  if (!Object.hasOwn(used, resource) || !Object.hasOwn(hard, resource)) return undefined;
  const [usedText = '', hardText = ''] = [used[resource], hard[resource]];
  const have = parseQuantity(usedText);
  const limit = parseQuantity(hardText);
  return have === undefined || limit === undefined || have < limit
    ? undefined
    : { resource, used: usedText, hard: hardText };
}

function isServed(snapshot: Snapshot, { ref, template }: Workload): boolean {
  return snapshot
    .list('Service', ref.namespace)
    .some(
      ({ spec }) =>
        Object.keys(spec?.selector ?? {}).length > 0 && matchesLabels(spec?.selector ?? {}, template.metadata?.labels),
    );
}
