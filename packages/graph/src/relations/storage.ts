import { ref, type PersistentVolume, type PersistentVolumeClaim, type ResourceRef } from '@kroot/types';
import { refOf } from '../refs.ts';
import { labelValue } from '../selectors.ts';
import { className, isBound } from '../storage/claims.ts';
import { defaultStorageClass } from '../storage/default-class.ts';
import { forKind, forPodSpecs, type MakerContext, type PodSource, type RelationMaker } from './relation-maker.ts';

/** Pod → claim → volume → attachment, storage classes and their drivers. */
export const storageRelations: readonly RelationMaker[] = [
  ...forPodSpecs(linkVolumes),
  forKind('PersistentVolumeClaim', (claim, context) => {
    linkBoundVolume(claim, context);
    linkClass(claim, context);
  }),
  forKind('PersistentVolume', (volume, context) => {
    linkReservedFor(volume, context);
    linkOrigin(volume, context);
  }),
  forKind('VolumeAttachment', ({ spec }, { self, link }) => {
    const { source, nodeName = '' } = spec ?? {};
    const volume = source?.persistentVolumeName ?? '';
    if (volume !== '') link(ref('PersistentVolume', undefined, volume), self, 'attachment');
    if (nodeName !== '') link(self, ref('Node', undefined, nodeName), 'node', { path: 'spec.nodeName' });
  }),
  forKind('StorageClass', ({ provisioner = '' }, { self, link }) => {
    const driver = driverOf(provisioner);
    if (driver !== undefined) link(self, csiDriver(driver), 'csi-driver', { path: 'provisioner', optional: true });
  }),
];

function linkVolumes({ object, spec, isPod, path }: PodSource, { self, namespace, link }: MakerContext): void {
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    const field = path(`spec.volumes[${i}]`);
    const detail = `volume ${volume.name}`;
    const claimName = volume.persistentVolumeClaim?.claimName ?? '';
    if (claimName !== '') {
      const target = ref('PersistentVolumeClaim', namespace, claimName);
      link(self, target, 'claim', { path: `${field}.persistentVolumeClaim`, detail });
    }
    if (volume.ephemeral !== undefined && isPod) {
      // The ephemeral volume controller names the claim after the pod and its volume.
      const target = ref('PersistentVolumeClaim', namespace, `${object.metadata.name}-${volume.name}`);
      link(self, target, 'claim', { path: `${field}.ephemeral`, detail });
    }
    // An inline volume is mounted only where its CSIDriver says that it may be.
    if (volume.csi !== undefined)
      link(self, csiDriver(volume.csi.driver), 'csi-driver', { path: `${field}.csi`, detail });
  }
}

function linkBoundVolume({ spec }: PersistentVolumeClaim, { self, link }: MakerContext): void {
  const { volumeName = '' } = spec ?? {};
  if (volumeName === '') return;
  link(self, ref('PersistentVolume', undefined, volumeName), 'volume', { path: 'spec.volumeName' });
}

/** A claim that is bound needs its class for expansion only; the class may be a mere name that volume and claim share. */
function linkClass(claim: PersistentVolumeClaim, { snapshot, self, link }: MakerContext): void {
  const named = className(claim);
  if (named !== undefined) {
    const detail = { path: 'spec.storageClassName', ...(isBound(claim) ? { optional: true } : {}) };
    if (named !== '') link(self, ref('StorageClass', undefined, named), 'storage-class', detail);
    return;
  }
  const chosen = defaultStorageClass(snapshot);
  if ((claim.spec?.volumeName ?? '') !== '' || chosen.state !== 'present') return;
  link(self, refOf(chosen.storageClass), 'storage-class', { detail: 'default' });
}

/** A volume that is reserved for a claim which does not name it yet. */
function linkReservedFor({ spec }: PersistentVolume, { snapshot, self, link }: MakerContext): void {
  const { namespace, name, uid = '' } = spec?.claimRef ?? {};
  if (name === undefined || namespace === undefined) return;
  const target = { ...ref('PersistentVolumeClaim', namespace, name), kind: 'PersistentVolumeClaim' as const };
  const found = snapshot.lookup(target);
  if (found.state !== 'present' || (found.object.spec?.volumeName ?? '') !== '') return;
  if (uid !== '' && (found.object.metadata.uid ?? uid) !== uid) return;
  link(target, self, 'volume', { detail: 'reserved by spec.claimRef' });
}

const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

/** The class of a volume matters where the class made it; else it is a mere name that claims must share. */
function linkOrigin({ metadata, spec }: PersistentVolume, { self, link }: MakerContext): void {
  const { csi, storageClassName = '' } = spec ?? {};
  if (storageClassName !== '' && labelValue(metadata.annotations, PROVISIONED_BY) !== undefined) {
    const detail = { path: 'spec.storageClassName', optional: true };
    link(self, ref('StorageClass', undefined, storageClassName), 'storage-class', detail);
  }
  if (csi !== undefined) link(self, csiDriver(csi.driver), 'csi-driver', { path: 'spec.csi.driver', optional: true });
}

/** A driver works without a CSIDriver object, with default behaviour, so that most of these edges are optional. */
function csiDriver(name: string): ResourceRef {
  return ref('CSIDriver', undefined, name);
}

/**
 * In-tree provisioners are served by CSI drivers since their migration.
 * https://github.com/kubernetes/csi-translation-lib/tree/master/plugins
 */
const MIGRATED: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/aws-ebs', 'ebs.csi.aws.com'],
  ['kubernetes.io/azure-disk', 'disk.csi.azure.com'],
  ['kubernetes.io/azure-file', 'file.csi.azure.com'],
  ['kubernetes.io/cinder', 'cinder.csi.openstack.org'],
  ['kubernetes.io/gce-pd', 'pd.csi.storage.gke.io'],
  ['kubernetes.io/portworx-volume', 'pxd.portworx.com'],
  ['kubernetes.io/vsphere-volume', 'csi.vsphere.vmware.com'],
]);

function driverOf(provisioner: string): string | undefined {
  if (provisioner === '') return undefined;
  return provisioner.startsWith('kubernetes.io/') ? MIGRATED.get(provisioner) : provisioner;
}
