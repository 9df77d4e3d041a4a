import { ref, type Node, type PersistentVolume, type PersistentVolumeClaim, type StorageClass } from '@kroot/types';
import { labelValue } from '../selectors.ts';
import { refOf } from '../refs.ts';
import { className, claimConsumers, isBound, podClaims, type PodClaim } from '../storage/claims.ts';
import { defaultStorageClass } from '../storage/default-class.ts';
import { volumeMismatches, volumesByClass } from '../storage/volume-match.ts';
import { lookUp, noteGap, type ReplayContext } from './context.ts';
import { failedTerms } from './node-affinity.ts';
import { type NodeFilter } from './node-filters.ts';
import { isSame } from './occupancy.ts';
import { type Rejection } from './rejection.ts';

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const ZONE_LABELS = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
];

/** What the pod's claims do to it: on every node, and on single nodes. */
export interface ClaimChecks {
  readonly everywhere: readonly Rejection[];
  readonly filter: NodeFilter;
}

/**
 * The plugins VolumeRestrictions, VolumeBinding and VolumeZone for the claims of a pod.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/plugins/volumebinding/volume_binding.go
 */
export function claimChecks(context: ReplayContext): ClaimChecks {
  const everywhere: Rejection[] = [];
  const filters: NodeFilter[] = [];
  for (const podClaim of podClaims(context.pod)) {
    const found = lookUp(context, podClaim.claim);
    if (found.state === 'unknown') continue;
    const problem = found.state === 'absent' ? missing(podClaim) : unusable(context, found.object);
    if (problem !== undefined) everywhere.push(problem);
    if (found.state === 'absent') continue;
    everywhere.push(...exclusiveHolders(context, found.object));
    if (problem === undefined) filters.push(filterFor(context, found.object));
  }
  return { everywhere, filter: (node, held) => filters.flatMap((filter) => filter(node, held)) };
}

function missing({ claim, ephemeral }: PodClaim): Rejection {
  return { plugin: 'VolumeBinding', kind: 'claim-missing', claim, ephemeral };
}

/** What keeps a claim from being used on any node. */
function unusable(context: ReplayContext, claim: PersistentVolumeClaim): Rejection | undefined {
  const self = refOf(claim);
  if (claim.status?.phase === 'Lost') {
    return { plugin: 'VolumeBinding', kind: 'claim-lost', claim: self, volume: claim.spec?.volumeName ?? '' };
  }
  if (claim.metadata.deletionTimestamp !== undefined) {
    return { plugin: 'VolumeBinding', kind: 'claim-deleting', claim: self };
  }
  if (isBound(claim)) return undefined;
  const storageClass = classOf(context, claim);
  if (storageClass === 'unknown') return undefined;
  const waits = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && (claim.spec?.volumeName ?? '') === '';
  return waits ? undefined : { plugin: 'VolumeBinding', kind: 'unbound', claim: self };
}

/** The object of a claim's class; undefined when there is none. */
function classOf(context: ReplayContext, claim: PersistentVolumeClaim): StorageClass | 'unknown' | undefined {
  const name = className(claim);
  if (name === '') return undefined;
  if (name === undefined) {
    const known = defaultStorageClass(context.snapshot);
    if (known.state === 'unknown') noteGap(context, known.gap);
    if (known.state === 'unknown') return 'unknown';
    return known.state === 'present' ? known.storageClass : undefined;
  }
  const found = lookUp(context, { ...ref('StorageClass', undefined, name), kind: 'StorageClass' });
  if (found.state === 'unknown') return 'unknown';
  return found.state === 'present' ? found.object : undefined;
}

/** ReadWriteOncePod: any other pod with the claim that is on a node keeps this one from all nodes. */
function exclusiveHolders(context: ReplayContext, claim: PersistentVolumeClaim): readonly Rejection[] {
  if (claim.spec?.accessModes?.includes('ReadWriteOncePod') !== true) return [];
  const holder = claimConsumers(context.snapshot, claim).find(
    (pod) => (pod.spec.nodeName ?? '') !== '' && !isSame(pod, context.pod),
  );
  return holder === undefined ? [] : [{ plugin: 'VolumeRestrictions', claim: refOf(claim), heldBy: refOf(holder) }];
}

function filterFor(context: ReplayContext, claim: PersistentVolumeClaim): NodeFilter {
  return isBound(claim) ? boundFilter(context, claim) : waitingFilter(context, claim);
}

function boundFilter(context: ReplayContext, claim: PersistentVolumeClaim): NodeFilter {
  const volumeRef = ref('PersistentVolume', undefined, claim.spec?.volumeName ?? '');
  const found = lookUp(context, { ...volumeRef, kind: 'PersistentVolume' });
  if (found.state === 'unknown') return () => [];
  if (found.state === 'absent') {
    return () => [{ plugin: 'VolumeBinding', kind: 'volume-missing', claim: refOf(claim), volume: volumeRef }];
  }
  const volume = found.object;
  const required = volume.spec?.nodeAffinity?.required;
  return (node) => {
    const terms = required === undefined ? 'matches' : failedTerms(required, node);
    const zones = zoneConflicts(volume, node);
    if (terms === 'matches') return zones;
    return [
      { plugin: 'VolumeBinding', kind: 'node-affinity', claim: refOf(claim), volume: refOf(volume), terms },
      ...zones,
    ];
  };
}

/**
 * Volumes of old label their zone instead of having a node affinity; several zones are joined by `__`.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/plugins/volumezone/volume_zone.go
 */
function zoneConflicts(volume: PersistentVolume, node: Node): readonly Rejection[] {
  const conflicts: Rejection[] = [];
  if (ZONE_LABELS.every((key) => labelValue(node.metadata.labels, key) === undefined)) return conflicts;
  for (const key of ZONE_LABELS) {
    const wanted = labelValue(volume.metadata.labels, key);
    if (wanted === undefined) continue;
    const actual = labelValue(node.metadata.labels, key) ?? labelValue(node.metadata.labels, translate(key));
    if (actual !== undefined && wanted.split('__').includes(actual)) continue;
    conflicts.push({
      plugin: 'VolumeZone',
      volume: refOf(volume),
      key,
      wanted,
      ...(actual === undefined ? {} : { actual }),
    });
  }
  return conflicts;
}

/** Zone and region labels have an old and a new name. */
function translate(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return `${key.startsWith('topology') ? 'failure-domain.beta' : 'topology'}.kubernetes.io/${name}`;
}

/** A claim that waits for its pod takes a free volume that the node can reach, or has one made. */
function waitingFilter(context: ReplayContext, claim: PersistentVolumeClaim): NodeFilter {
  const storageClass = classOf(context, claim);
  if (storageClass === undefined || storageClass === 'unknown') return () => [];
  const selected = labelValue(claim.metadata.annotations, SELECTED_NODE);
  if (selected !== undefined && selected !== '') {
    return (node) =>
      node.metadata.name === selected
        ? []
        : [{ plugin: 'VolumeBinding', kind: 'other-node', claim: refOf(claim), selected }];
  }
  if (storageClass.provisioner !== 'kubernetes.io/no-provisioner') return () => [];
  noteGap(context, context.snapshot.coverage.gap('PersistentVolume'));
  const volumes = (volumesByClass(context.snapshot).get(storageClass.metadata.name) ?? []).filter(
    (volume) => volumeMismatches(claim, volume, storageClass.metadata.name).length === 0,
  );
  return (node) => {
    const fits = volumes.some((volume) => {
      const required = volume.spec?.nodeAffinity?.required;
      return required === undefined || failedTerms(required, node) === 'matches';
    });
    return fits ? [] : [{ plugin: 'VolumeBinding', kind: 'no-volume', claim: refOf(claim) }];
  };
}
