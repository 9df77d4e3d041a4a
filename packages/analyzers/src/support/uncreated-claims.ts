import {
  conditionOf,
  eventsOf,
  formatQuantity,
  nearNames,
  parseQuantity,
  podClaims,
  podState,
  refOf,
} from '@kroot/graph';
import {
  refKey,
  type PersistentVolume,
  type Pod,
  type ResourceQuota,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { clip } from '../messages/clip.ts';

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
  const volumes = snapshot.list('PersistentVolume');
  const free = volumes.filter(({ spec, status }) => status?.phase === 'Available' && spec?.claimRef === undefined);
  const found = new Map<string, UncreatedClaim>();
  for (const quota of snapshot.list('ResourceQuota')) {
    const room = storageRoom(quota);
    if (room === undefined || free.length === 0) continue;
    for (const place of absentClaims(snapshot, quota.metadata.namespace)) {
      const volume = volumeFor(free, place.claim);
      if (volume === undefined || room.used + volume.size <= room.hard) continue;
      found.set(refKey(place.claim), {
        ...place,
        quota: refOf(quota),
        volume: volume.name,
        size: formatQuantity('storage', volume.size),
        used: formatQuantity('storage', room.used),
        hard: formatQuantity('storage', room.hard),
      });
    }
  }
  return [...found.values()];
}

function storageRoom({ status }: ResourceQuota): { readonly hard: bigint; readonly used: bigint } | undefined {
  const { used = {}, hard = {} } = status ?? {};
  const limit = Object.hasOwn(hard, RESOURCE) ? parseQuantity(hard[RESOURCE] ?? '') : undefined;
  const have = Object.hasOwn(used, RESOURCE) ? parseQuantity(used[RESOURCE] ?? '') : 0n;
  return limit === undefined || have === undefined ? undefined : { hard: limit, used: have };
}

/** The free volume whose name is nearest to the claim's, and its size. */
function volumeFor(
  free: readonly PersistentVolume[],
  claim: ResourceRef,
): { readonly name: string; readonly size: bigint } | undefined {
  const [name] = nearNames(
    claim.name,
    free.map(({ metadata }) => metadata.name),
    1,
  );
  const capacity = free.find(({ metadata }) => metadata.name === name)?.spec?.capacity ?? {};
  const size = Object.hasOwn(capacity, 'storage') ? parseQuantity(capacity['storage'] ?? '') : undefined;
  return name === undefined || size === undefined ? undefined : { name, size };
}

function* absentClaims(
  snapshot: Snapshot,
  namespace: string | undefined,
): Iterable<Pick<UncreatedClaim, 'claim' | 'pod'>> {
  for (const pod of snapshot.list('Pod', namespace)) {
    const state = podState(snapshot, pod);
    if (state.stage !== 'unscheduled' || !state.blocked) continue;
    const words = schedulerWords(snapshot, pod);
    for (const { claim } of podClaims(pod)) {
      const said = words.includes(`persistentvolumeclaim "${claim.name}" not found`);
      if (said || snapshot.lookup(claim).state === 'absent') yield { claim, pod: state.ref };
    }
  }
}

/** What the scheduler says about a pod now: its condition, or its newest event where the condition has no message. */
function schedulerWords(snapshot: Snapshot, pod: Pod): string {
  const stated = conditionOf(pod.status?.conditions, 'PodScheduled')?.message ?? '';
  if (stated !== '') return clip(stated);
  return clip(eventsOf(snapshot, pod).find(({ reason }) => reason === 'FailedScheduling')?.message);
}
