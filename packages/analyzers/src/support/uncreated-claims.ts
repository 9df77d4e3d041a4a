import { formatQuantity, nearNames, parseQuantity, podClaims, podState, refOf } from '@kroot/graph';
import { refKey, type ResourceRef, type Snapshot } from '@kroot/types';

/** A claim that a pod waits for, that does not exist, and that a quota on storage has no room for. */
export interface UncreatedClaim {
  readonly claim: ResourceRef;
  readonly quota: ResourceRef;
  readonly pod: ResourceRef;
  readonly used: string;
  readonly hard: string;
  /** The free volume that was made for it, by its name. */
  readonly volume: string;
  readonly size: string;
}

const RESOURCE = 'requests.storage';

/**
 * A refused claim leaves no trace either. What is left is a pod that waits for it, a free volume of nearly its name, and a
 * quota on storage that this volume does not fit into.
 */
export function uncreatedClaims(snapshot: Snapshot): readonly UncreatedClaim[] {
  const free = snapshot
    .list('PersistentVolume')
    .filter(({ spec, status }) => status?.phase === 'Available' && spec?.claimRef === undefined);
  const found = new Map<string, UncreatedClaim>();
  for (const quota of snapshot.list('ResourceQuota')) {
    const { used = {}, hard = {} } = quota.status ?? {};
    const limit = Object.hasOwn(hard, RESOURCE) ? parseQuantity(hard[RESOURCE] ?? '') : undefined;
    const have = Object.hasOwn(used, RESOURCE) ? parseQuantity(used[RESOURCE] ?? '') : 0n;
    if (limit === undefined || have === undefined) continue;
    for (const { claim, pod } of absentClaims(snapshot, quota.metadata.namespace)) {
      const [volume] = nearNames(
        claim.name,
        free.map(({ metadata }) => metadata.name),
        1,
      );
      const size = parseQuantity(
        free.find(({ metadata }) => metadata.name === volume)?.spec?.capacity?.['storage'] ?? '',
      );
      if (volume === undefined || size === undefined || have + size <= limit) continue;
      found.set(refKey(claim), {
        claim,
        pod,
        quota: refOf(quota),
        volume,
        size: formatQuantity('storage', size),
        used: formatQuantity('storage', have),
        hard: formatQuantity('storage', limit),
      });
    }
  }
  return [...found.values()];
}

function* absentClaims(
  snapshot: Snapshot,
  namespace: string | undefined,
): Iterable<{ readonly claim: ResourceRef; readonly pod: ResourceRef }> {
  for (const pod of snapshot.list('Pod', namespace)) {
    const state = podState(snapshot, pod);
    if (state.stage !== 'unscheduled' || !state.blocked) continue;
    for (const { claim } of podClaims(pod)) {
      const said = pod.status?.conditions?.some(
        ({ type, message }) =>
          type === 'PodScheduled' && message?.includes(`persistentvolumeclaim "${claim.name}" not found`) === true,
      );
      if (snapshot.lookup(claim).state === 'absent' || said === true) yield { claim, pod: state.ref };
    }
  }
}
