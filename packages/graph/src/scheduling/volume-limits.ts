import { ref, type Node, type PersistentVolumeClaim, type Pod, type Snapshot } from '@kroot/types';
import { memoize } from '../memo.ts';
import { className, isBound, podClaims } from '../storage/claims.ts';
import { type ReplayContext } from './context.ts';
import { type NodeFilter } from './node-filters.ts';
import { isSame, podsByNode } from './occupancy.ts';
import { type Rejection } from './rejection.ts';

/** Volumes by CSI driver: each counts once, however many pods use it. */
type VolumesByDriver = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Refuses nodes whose CSI driver cannot attach as many more volumes as the pod brings. What is attached is told from
 * the pods on the node and from VolumeAttachments.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/plugins/nodevolumelimits/csi.go
 */
export function volumeLimitsFilter(context: ReplayContext): NodeFilter {
  const { snapshot, pod } = context;
  const wanted = new Map<string, Set<string>>();
  addVolumes(wanted, snapshot, pod);
  if (wanted.size === 0) return () => [];
  return (node) => {
    const limits = limitsOf(snapshot, node);
    if (limits.size === 0) return [];
    const attached = attachedTo(snapshot, node, pod);
    return [...wanted].flatMap(([driver, volumes]): readonly Rejection[] => {
      const limit = limits.get(driver);
      const there = attached.get(driver) ?? new Set();
      const more = [...volumes].filter((volume) => !there.has(volume)).length;
      if (limit === undefined || more === 0 || there.size + more <= limit) return [];
      return [{ plugin: 'NodeVolumeLimits', driver, attached: there.size, more, limit }];
    });
  };
}

function limitsOf(snapshot: Snapshot, node: Node): ReadonlyMap<string, number> {
  const found = snapshot.lookup({ ...ref('CSINode', undefined, node.metadata.name), kind: 'CSINode' });
  const drivers = found.state === 'present' ? (found.object.spec?.drivers ?? []) : [];
  return new Map(
    drivers.flatMap(({ name, allocatable }) => (allocatable?.count === undefined ? [] : [[name, allocatable.count]])),
  );
}

function attachedTo(snapshot: Snapshot, node: Node, pod: Pod): VolumesByDriver {
  const name = node.metadata.name;
  const attached = new Map<string, Set<string>>();
  for (const other of podsByNode(snapshot).get(name) ?? []) {
    if (!isSame(other, pod)) addVolumes(attached, snapshot, other);
  }
  for (const volume of attachments(snapshot).get(name) ?? []) {
    const found = snapshot.lookup({ ...ref('PersistentVolume', undefined, volume), kind: 'PersistentVolume' });
    const csi = found.state === 'present' ? found.object.spec?.csi : undefined;
    if (csi !== undefined) addTo(attached, csi.driver, csi.volumeHandle ?? volume);
  }
  return attached;
}

/** The volumes with a VolumeAttachment, by node. */
const attachments: (snapshot: Snapshot) => ReadonlyMap<string, readonly string[]> = memoize((snapshot) => {
  const byNode = new Map<string, string[]>();
  for (const { spec } of snapshot.list('VolumeAttachment')) {
    const [node, volume] = [spec?.nodeName, spec?.source?.persistentVolumeName];
    if (node === undefined || volume === undefined) continue;
    const volumes = byNode.get(node);
    if (volumes === undefined) byNode.set(node, [volume]);
    else volumes.push(volume);
  }
  return byNode;
});

function addVolumes(total: Map<string, Set<string>>, snapshot: Snapshot, pod: Pod): void {
  for (const { claim } of podClaims(pod)) {
    const found = snapshot.lookup(claim);
    if (found.state !== 'present') continue;
    const [driver, volume] = volumeOf(snapshot, found.object);
    if (driver !== undefined) addTo(total, driver, volume);
  }
}

/** A volume that is yet to be made counts for the driver of its class. */
function volumeOf(snapshot: Snapshot, claim: PersistentVolumeClaim): readonly [driver: string | undefined, id: string] {
  const id = `${claim.metadata.namespace ?? ''}/${claim.metadata.name}`;
  if (isBound(claim)) {
    const name = claim.spec?.volumeName ?? '';
    const found = snapshot.lookup({ ...ref('PersistentVolume', undefined, name), kind: 'PersistentVolume' });
    const csi = found.state === 'present' ? found.object.spec?.csi : undefined;
    return [csi?.driver, csi?.volumeHandle ?? name];
  }
  const found = snapshot.lookup({ ...ref('StorageClass', undefined, className(claim) ?? ''), kind: 'StorageClass' });
  return [found.state === 'present' ? found.object.provisioner : undefined, id];
}

function addTo(total: Map<string, Set<string>>, driver: string, volume: string): void {
  const volumes = total.get(driver);
  if (volumes === undefined) total.set(driver, new Set([volume]));
  else volumes.add(volume);
}
