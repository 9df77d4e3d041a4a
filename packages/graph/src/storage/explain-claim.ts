import {
  ref,
  type CoverageGap,
  type PersistentVolumeClaim,
  type ResourceRef,
  type Snapshot,
  type StorageClass,
} from '@kroot/types';
import { nearNames } from '../near-names.ts';
import { refOf } from '../refs.ts';
import { labelValue } from '../selectors.ts';
import { className, claimConsumers, isBound } from './claims.ts';
import { defaultStorageClass } from './default-class.ts';
import { findProvisioner, type Provisioner } from './provisioner.ts';
import {
  isReachable,
  reservation,
  volumeCandidates,
  volumeMismatches,
  volumesByClass,
  type VolumeCandidate,
  type VolumeMismatch,
} from './volume-match.ts';

/** How it stands with a claim, and why. */
export type ClaimState =
  | { readonly state: 'bound'; readonly volume: ResourceRef }
  | { readonly state: 'lost'; readonly volume?: ResourceRef }
  /** The class waits for a pod to be scheduled. Without consumers that is as it should be. */
  | {
      readonly state: 'waiting-for-consumer';
      readonly storageClass: string;
      readonly consumers: readonly ResourceRef[];
      /** Whether the class can make a volume; if not, one of the candidates has to fit. */
      readonly dynamic: boolean;
      readonly candidates: readonly VolumeCandidate[];
    }
  | PreBoundClaim
  /** No class, and no volume without class that could be its own. `default`: it asks for the default, there is none. */
  | { readonly state: 'no-class'; readonly asked: 'default' | 'none'; readonly candidates: readonly VolumeCandidate[] }
  | { readonly state: 'class-missing'; readonly storageClass: string; readonly nearest: readonly string[] }
  /** Volumes have to be made by hand, and none fits. */
  | {
      readonly state: 'no-matching-volume';
      readonly storageClass: string;
      /** Whether a StorageClass object of that name is there; a class for ready-made volumes needs none. */
      readonly classPresent: boolean;
      readonly candidates: readonly VolumeCandidate[];
    }
  /** A free volume fits; binding is a matter of time, or the volume controller does not run. */
  | { readonly state: 'matching-volume'; readonly volume: ResourceRef }
  | {
      readonly state: 'provisioning';
      readonly storageClass: string;
      readonly provisioner: Provisioner;
      /** The node that the scheduler chose, when the class waits for a consumer. */
      readonly selectedNode?: string;
      readonly candidates: readonly VolumeCandidate[];
    }
  | { readonly state: 'unknown'; readonly gap: CoverageGap };

/** The claim names its volume itself (spec.volumeName). */
export interface PreBoundClaim {
  readonly state: 'pre-bound';
  readonly volume: ResourceRef;
  readonly problem: 'volume-missing' | 'bound-to-other' | 'mismatch' | 'none';
  readonly mismatches: readonly VolumeMismatch[];
}

/**
 * Says why a claim is bound or not, as the volume controller decides it
 * (https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/volume/persistentvolume/pv_controller.go,
 * syncUnboundClaim). Events are not looked at: old ones stay behind on claims that have long been bound.
 */
export function explainClaim(snapshot: Snapshot, claim: PersistentVolumeClaim): ClaimState {
  const volumeName = claim.spec?.volumeName ?? '';
  const volume = ref('PersistentVolume', undefined, volumeName);
  if (claim.status?.phase === 'Lost') return volumeName === '' ? { state: 'lost' } : { state: 'lost', volume };
  if (isBound(claim)) return { state: 'bound', volume };
  if (volumeName !== '') return explainPreBound(snapshot, claim, volumeName);
  const asked = className(claim);
  if (asked === '') return explainStatic(snapshot, claim, 'none');
  if (asked === undefined) {
    const known = defaultStorageClass(snapshot);
    if (known.state === 'unknown') return known;
    return known.state === 'absent'
      ? explainStatic(snapshot, claim, 'default')
      : explainWithClass(snapshot, claim, known.storageClass);
  }
  return explainNamed(snapshot, claim, asked);
}

function explainPreBound(snapshot: Snapshot, claim: PersistentVolumeClaim, name: string): ClaimState {
  const volume = ref('PersistentVolume', undefined, name);
  const found = snapshot.lookup({ ...volume, kind: 'PersistentVolume' });
  if (found.state === 'unknown') return { state: 'unknown', gap: found.gap };
  if (found.state === 'absent') return { state: 'pre-bound', volume, problem: 'volume-missing', mismatches: [] };
  const held = reservation(claim, found.object);
  const mismatches = volumeMismatches(claim, found.object, className(claim) ?? className(found.object) ?? '').filter(
    // A volume that the claim names needs no selector, and may still be Pending.
    ({ field }) => field !== 'selector' && field !== 'phase',
  );
  if (held !== 'free' && held !== 'reserved') {
    return { state: 'pre-bound', volume, problem: 'bound-to-other', mismatches };
  }
  return { state: 'pre-bound', volume, problem: mismatches.length > 0 ? 'mismatch' : 'none', mismatches };
}

/** A claim without class takes only a ready-made volume without class. */
function explainStatic(snapshot: Snapshot, claim: PersistentVolumeClaim, asked: 'default' | 'none'): ClaimState {
  const candidates = volumeCandidates(snapshot, claim, '');
  const fitting = fits(candidates);
  if (fitting !== undefined) return fitting;
  const gap = snapshot.coverage.gap('PersistentVolume');
  if (gap !== undefined) return { state: 'unknown', gap };
  if (
    asked === 'none' &&
    candidates.some(({ mismatches }) => mismatches.every(({ field }) => field !== 'storageClassName'))
  ) {
    return { state: 'no-matching-volume', storageClass: '', classPresent: false, candidates };
  }
  return { state: 'no-class', asked, candidates };
}

function explainNamed(snapshot: Snapshot, claim: PersistentVolumeClaim, name: string): ClaimState {
  const found = snapshot.lookup({ ...ref('StorageClass', undefined, name), kind: 'StorageClass' });
  if (found.state === 'present') return explainWithClass(snapshot, claim, found.object);
  const candidates = volumeCandidates(snapshot, claim, name);
  const fitting = fits(candidates);
  if (fitting !== undefined) return fitting;
  if (found.state === 'unknown') return { state: 'unknown', gap: found.gap };
  const gap = snapshot.coverage.gap('PersistentVolume');
  if (gap !== undefined) return { state: 'unknown', gap };
  // A class name that volumes carry binds them to claims without any StorageClass object.
  if (volumesByClass(snapshot).has(name)) {
    return { state: 'no-matching-volume', storageClass: name, classPresent: false, candidates };
  }
  const names = snapshot.list('StorageClass').map(({ metadata }) => metadata.name);
  return { state: 'class-missing', storageClass: name, nearest: nearNames(name, names) };
}

function explainWithClass(snapshot: Snapshot, claim: PersistentVolumeClaim, storageClass: StorageClass): ClaimState {
  const name = storageClass.metadata.name;
  const provisioner = storageClass.provisioner ?? '';
  const dynamic = provisioner !== '' && provisioner !== 'kubernetes.io/no-provisioner';
  const selectedNode = labelValue(claim.metadata.annotations, 'volume.kubernetes.io/selected-node') ?? '';
  const candidates = volumeCandidates(snapshot, claim, name);
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && selectedNode === '') {
    return {
      state: 'waiting-for-consumer',
      storageClass: name,
      consumers: claimConsumers(snapshot, claim).map((pod) => refOf(pod)),
      dynamic,
      candidates: dynamic ? [] : candidates.map((candidate) => withReach(snapshot, candidate)),
    };
  }
  const fitting = fits(candidates);
  if (fitting !== undefined) return fitting;
  if (dynamic) {
    const found = findProvisioner(snapshot, provisioner);
    const made = { state: 'provisioning', storageClass: name, provisioner: found, candidates } as const;
    return selectedNode === '' ? made : { ...made, selectedNode };
  }
  const gap = snapshot.coverage.gap('PersistentVolume');
  if (gap !== undefined) return { state: 'unknown', gap };
  return { state: 'no-matching-volume', storageClass: name, classPresent: true, candidates };
}

function fits(candidates: readonly VolumeCandidate[]): ClaimState | undefined {
  const found = candidates.find(({ mismatches }) => mismatches.length === 0);
  return found === undefined ? undefined : { state: 'matching-volume', volume: found.volume };
}

/** A claim that waits for its pod gets only a volume that a node can reach. */
function withReach(snapshot: Snapshot, candidate: VolumeCandidate): VolumeCandidate {
  const found = snapshot.lookup({ ...candidate.volume, kind: 'PersistentVolume' });
  if (found.state !== 'present' || snapshot.coverage.gap('Node') !== undefined) return candidate;
  if (isReachable(snapshot, found.object)) return candidate;
  return { ...candidate, mismatches: [...candidate.mismatches, { field: 'nodeAffinity' }] };
}
