import {
  compareStrings,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { groupBy } from '../group-by.ts';
import { memoize } from '../memo.ts';
import { parseQuantity } from '../quantity.ts';
import { refOf } from '../refs.ts';
import { matchesLabelSelector } from '../selectors.ts';
import { failedTerms } from '../scheduling/node-affinity.ts';
import { className } from './claims.ts';

/** Why a volume does not do for a claim. */
export type VolumeMismatch =
  /** In thousandths of a byte. */
  | { readonly field: 'capacity'; readonly have: bigint; readonly want: bigint }
  | { readonly field: 'accessModes'; readonly have: readonly string[]; readonly want: readonly string[] }
  | { readonly field: 'volumeMode'; readonly have: string; readonly want: string }
  | { readonly field: 'storageClassName'; readonly have: string; readonly want: string }
  | { readonly field: 'selector' }
  /** No node that is there fulfils the volume's node affinity. */
  | { readonly field: 'nodeAffinity' }
  /** Another claim has it or is promised it. */
  | { readonly field: 'claimRef'; readonly namespace: string; readonly name: string }
  /** It belonged to an earlier claim of this name, and keeps that one's uid. */
  | { readonly field: 'claimRef.uid'; readonly have: string; readonly want: string }
  /** Only volumes in phase Available are bound. */
  | { readonly field: 'phase'; readonly have: string }
  | { readonly field: 'deletionTimestamp' };

/** A volume and what is in the way of binding it; nothing when it fits. */
export interface VolumeCandidate {
  readonly volume: ResourceRef;
  readonly phase: string;
  readonly mismatches: readonly VolumeMismatch[];
}

/**
 * Compares a claim with a volume as the volume controller does. A volume that is reserved for the claim skips class,
 * selector and phase.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go (FindMatchingVolume)
 */
export function volumeMismatches(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  wantedClass: string,
): readonly VolumeMismatch[] {
  const mismatches: VolumeMismatch[] = [];
  const phase = volume.status?.phase ?? '';
  const reserved = reservation(claim, volume);
  if (reserved !== 'free' && reserved !== 'reserved') mismatches.push(reserved);
  mismatches.push(...shapeMismatches(claim, volume));
  if (volume.metadata.deletionTimestamp !== undefined) mismatches.push({ field: 'deletionTimestamp' });
  if (reserved === 'reserved') return mismatches;
  const have = className(volume) ?? '';
  if (have !== wantedClass) mismatches.push({ field: 'storageClassName', have, want: wantedClass });
  const selector = claim.spec?.selector;
  if (selector !== undefined && !matchesLabelSelector(selector, volume.metadata.labels)) {
    mismatches.push({ field: 'selector' });
  }
  // A stale claimRef already says why the volume is Released or Bound.
  if (reserved === 'free' && phase !== 'Available') mismatches.push({ field: 'phase', have: phase });
  return mismatches;
}

function shapeMismatches(claim: PersistentVolumeClaim, volume: PersistentVolume): readonly VolumeMismatch[] {
  return [
    ...capacityMismatch(claim, volume),
    ...accessMismatch(claim.spec?.accessModes ?? [], volume.spec?.accessModes ?? []),
    ...modeMismatch(claim.spec?.volumeMode ?? 'Filesystem', volume.spec?.volumeMode ?? 'Filesystem'),
  ];
}

function capacityMismatch(claim: PersistentVolumeClaim, volume: PersistentVolume): readonly VolumeMismatch[] {
  const want = amount(claim.spec?.resources?.requests?.['storage']) ?? 0n;
  const have = amount(volume.spec?.capacity?.['storage']) ?? 0n;
  return have < want ? [{ field: 'capacity', have, want }] : [];
}

function accessMismatch(want: readonly string[], have: readonly string[]): readonly VolumeMismatch[] {
  return want.every((mode) => have.includes(mode)) ? [] : [{ field: 'accessModes', have, want }];
}

function modeMismatch(want: string, have: string): readonly VolumeMismatch[] {
  return have === want ? [] : [{ field: 'volumeMode', have, want }];
}

function amount(text: string | undefined): bigint | undefined {
  return text === undefined ? undefined : parseQuantity(text);
}

/** Whether a volume is promised to nobody, to this claim, or to another. An uid that is not known is no difference. */
export function reservation(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): 'free' | 'reserved' | Extract<VolumeMismatch, { readonly field: 'claimRef' | 'claimRef.uid' }> {
  const holder = volume.spec?.claimRef;
  if (holder === undefined) return 'free';
  const { namespace = '', name = '', uid = '' } = holder;
  if (namespace !== claim.metadata.namespace || name !== claim.metadata.name) {
    return { field: 'claimRef', namespace, name };
  }
  const want = claim.metadata.uid ?? '';
  const isStale = want === '' ? volume.status?.phase === 'Released' : uid !== '' && uid !== want;
  return isStale ? { field: 'claimRef.uid', have: uid, want } : 'reserved';
}

/** Volumes by the class that they name, in order of name. */
export const volumesByClass: (snapshot: Snapshot) => ReadonlyMap<string, readonly PersistentVolume[]> = memoize(
  (snapshot) => groupBy(snapshot.list('PersistentVolume'), (volume) => className(volume) ?? ''),
);

/** Volumes that no claim has, whatever their class. */
const freeVolumes: (snapshot: Snapshot) => readonly PersistentVolume[] = memoize((snapshot) =>
  snapshot
    .list('PersistentVolume')
    .filter((volume) => volume.spec?.claimRef === undefined && volume.status?.phase === 'Available'),
);

/** Volumes whose claimRef names a claim, by the claim's namespace and name. */
const volumesByClaim: (snapshot: Snapshot) => ReadonlyMap<string, readonly PersistentVolume[]> = memoize((snapshot) =>
  groupBy(
    snapshot.list('PersistentVolume'),
    ({ spec }) => `${spec?.claimRef?.namespace ?? ''}/${spec?.claimRef?.name ?? ''}`,
  ),
);

/**
 * The volumes that come into question for a claim, best first: those of its class that no other claim holds, those
 * whose claimRef names it, and free ones that only have another class.
 */
export function volumeCandidates(
  snapshot: Snapshot,
  claim: PersistentVolumeClaim,
  wantedClass: string,
): readonly VolumeCandidate[] {
  const key = `${claim.metadata.namespace ?? ''}/${claim.metadata.name}`;
  const known = new Set<PersistentVolume>(volumesByClaim(snapshot).get(key) ?? []);
  for (const volume of volumesByClass(snapshot).get(wantedClass) ?? []) {
    if (volume.status?.phase !== 'Bound') known.add(volume);
  }
  for (const volume of freeVolumes(snapshot)) {
    const [first, ...more] = volumeMismatches(claim, volume, wantedClass);
    if (first?.field === 'storageClassName' && more.length === 0) known.add(volume);
  }
  return [...known]
    .map((volume) => ({
      volume: refOf(volume),
      phase: volume.status?.phase ?? '',
      mismatches: volumeMismatches(claim, volume, wantedClass),
    }))
    .toSorted((a, b) => a.mismatches.length - b.mismatches.length || compareStrings(a.volume.name, b.volume.name));
}

/** Whether any node that is there fulfils the volume's node affinity. */
export function isReachable(snapshot: Snapshot, volume: PersistentVolume): boolean {
  const required = volume.spec?.nodeAffinity?.required;
  return required === undefined || snapshot.list('Node').some((node) => failedTerms(required, node) === 'matches');
}
