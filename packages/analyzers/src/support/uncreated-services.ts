import { matchesLabels, parseQuantity, refOf, serviceReferences, workloads, type Workload } from '@kroot/graph';
import { refKey, type ResourceQuota, type ResourceRef, type Snapshot } from '@kroot/types';
import { podSpecField } from './template.ts';

/** A Service that others need, whose workload is there, and that a full quota keeps from being made. */
export interface UncreatedService {
  readonly service: ResourceRef;
  readonly quota: ResourceRef;
  readonly resource: string;
  readonly used: string;
  readonly hard: string;
  readonly workload: ResourceRef;
  readonly user: ResourceRef;
  /** What the user says, and the field below the user where it does. */
  readonly text: string;
  readonly path: string;
}

/**
 * Refused Services leave no trace in the cluster: only whoever applied them saw the message. What is left is a quota that
 * allows no more Services, a workload of the Service's name that no Service selects, and another that calls it.
 */
export function uncreatedServices(snapshot: Snapshot): readonly UncreatedService[] {
  const found = new Map<string, UncreatedService>();
  for (const quota of snapshot.list('ResourceQuota')) {
    const namespace = quota.metadata.namespace ?? '';
    const full = fullLine(quota, 'services') ?? fullLine(quota, 'count/services');
    if (full === undefined || snapshot.coverage.state('Service', namespace) !== 'complete') continue;
    for (const missing of missingServices(snapshot, namespace)) {
      const key = refKey(missing.service);
      if (!found.has(key)) found.set(key, { ...missing, quota: refOf(quota), ...full });
    }
  }
  return [...found.values()];
}

type MissingService = Pick<UncreatedService, 'service' | 'workload' | 'user' | 'text' | 'path'>;

function* missingServices(snapshot: Snapshot, namespace: string): Iterable<MissingService> {
  const inNamespace = workloads(snapshot).filter(({ ref }) => ref.namespace === namespace);
  for (const { ref: user, template } of inNamespace) {
    for (const { service, exists, text, path } of serviceReferences(snapshot, template.spec, namespace)) {
      if (exists !== 'absent' || service.namespace !== namespace) continue;
      const workload = inNamespace.find(({ ref }) => ref.name === service.name);
      if (workload === undefined || isServed(snapshot, workload)) continue;
      const place = podSpecField(snapshot, user)?.path ?? 'spec.template.spec';
      yield { service, workload: workload.ref, user, text, path: `${place}${path.slice('spec'.length)}` };
    }
  }
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
