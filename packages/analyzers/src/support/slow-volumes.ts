import { memoize, podClaims } from '@kroot/graph';
import { refKey, type PersistentVolume, type ResourceRef, type Snapshot, type VolumeAttachment } from '@kroot/types';
import { present } from './present.ts';
import { volumeTimeouts, type VolumeTimeout } from './volume-failures.ts';

/** A bound volume that a pod does not get in time, while nobody says why. */
export interface SlowVolume {
  readonly claim: ResourceRef;
  readonly volume: PersistentVolume;
  /** The wish to attach the volume to the pod's node, where there is one. */
  readonly attachment?: VolumeAttachment;
  /** The attach/detach controller made no attachment, or the driver does not answer one. */
  readonly kind: 'never-asked' | 'unanswered' | 'slow';
  readonly timeouts: readonly [VolumeTimeout, ...VolumeTimeout[]];
}

/** All such volumes, one entry for each volume and kind. */
export const slowVolumes: (snapshot: Snapshot) => readonly SlowVolume[] = memoize((snapshot) => {
  const found = new Map<
    string,
    Omit<SlowVolume, 'timeouts'> & { readonly timeouts: [VolumeTimeout, ...VolumeTimeout[]] }
  >();
  for (const timeout of volumeTimeouts(snapshot)) {
    for (const slow of volumesOf(snapshot, timeout)) {
      const key = `${refKey(slow.claim)}\n${slow.kind}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { ...slow, timeouts: [timeout] });
      else known.timeouts.push(timeout);
    }
  }
  return [...found.values()];
});

function volumesOf(snapshot: Snapshot, timeout: VolumeTimeout): readonly Omit<SlowVolume, 'timeouts'>[] {
  const missing = new Set(timeout.volumes.map(({ name }) => name));
  return podClaims(timeout.pod.pod).flatMap(({ volume: name, claim }) => {
    if (!missing.has(name)) return [];
    const bound = present(snapshot, 'PersistentVolumeClaim', claim.namespace, claim.name)?.spec?.volumeName ?? '';
    const volume = bound === '' ? undefined : present(snapshot, 'PersistentVolume', undefined, bound);
    if (volume === undefined) return [];
    const attachment = attachmentOf(snapshot, volume, timeout.node);
    const kind = kindOf(snapshot, volume, attachment);
    return [attachment === undefined ? { claim, volume, kind } : { claim, volume, kind, attachment }];
  });
}

function attachmentOf(snapshot: Snapshot, { metadata }: PersistentVolume, node: string): VolumeAttachment | undefined {
  return snapshot
    .list('VolumeAttachment')
    .find(({ spec }) => spec?.source?.persistentVolumeName === metadata.name && spec.nodeName === node);
}

/** https://kubernetes-csi.github.io/docs/skip-attach.html: only a CSIDriver can say that nothing has to be attached. */
function kindOf(
  snapshot: Snapshot,
  { spec }: PersistentVolume,
  attachment: VolumeAttachment | undefined,
): SlowVolume['kind'] {
  const driver = spec?.csi?.driver;
  const csiDriver = driver === undefined ? undefined : present(snapshot, 'CSIDriver', undefined, driver);
  const attaches = csiDriver !== undefined && csiDriver.spec?.attachRequired !== false;
  if (!attaches || snapshot.coverage.state('VolumeAttachment') !== 'complete') return 'slow';
  if (attachment === undefined) return 'never-asked';
  return attachment.status?.attached === true || attachment.status?.attachError !== undefined ? 'slow' : 'unanswered';
}
