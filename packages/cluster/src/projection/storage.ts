import {
  type CSIDriver,
  type CSINode,
  type CSIStorageCapacity,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
  type VolumeAttachment,
} from '@kroot/types';
import { condition, labelSelector, objectReference } from './common.ts';
import { nodeSelector } from './pod.ts';
import { type BodyOf } from './schema.ts';

/** A PersistentVolumeClaim. */
export const persistentVolumeClaim: BodyOf<PersistentVolumeClaim> = {
  spec: {
    accessModes: ['string'],
    resources: { requests: 'strings' },
    storageClassName: 'string',
    volumeName: 'string',
    volumeMode: 'string',
    selector: labelSelector,
    dataSource: objectReference,
    dataSourceRef: objectReference,
    volumeAttributesClassName: 'string',
  },
  status: {
    phase: 'string',
    capacity: 'strings',
    allocatedResourceStatuses: 'strings',
    conditions: [condition],
  },
};

/** A PersistentVolume. */
export const persistentVolume: BodyOf<PersistentVolume> = {
  spec: {
    capacity: 'strings',
    accessModes: ['string'],
    volumeMode: 'string',
    storageClassName: 'string',
    persistentVolumeReclaimPolicy: 'string',
    claimRef: objectReference,
    nodeAffinity: { required: nodeSelector },
    csi: {
      driver: 'string!',
      volumeHandle: 'string',
      controllerPublishSecretRef: objectReference,
      nodeStageSecretRef: objectReference,
      nodePublishSecretRef: objectReference,
    },
    nfs: { server: 'string!', path: 'string!' },
    local: { path: 'string!' },
    hostPath: { path: 'string!', type: 'string' },
  },
  status: { phase: 'string', reason: 'string', message: 'string' },
};

/** A StorageClass. */
export const storageClass: BodyOf<StorageClass> = {
  provisioner: 'string',
  reclaimPolicy: 'string',
  volumeBindingMode: 'string',
  allowVolumeExpansion: 'boolean',
};

const attachmentError = { message: 'string', time: 'string' } as const;

/** A VolumeAttachment. */
export const volumeAttachment: BodyOf<VolumeAttachment> = {
  spec: { attacher: 'string', nodeName: 'string', source: { persistentVolumeName: 'string' } },
  status: { attached: 'boolean', attachError: attachmentError, detachError: attachmentError },
};

/** A CSIDriver. */
export const csiDriver: BodyOf<CSIDriver> = { spec: { attachRequired: 'boolean' } };

/** A CSINode. */
export const csiNode: BodyOf<CSINode> = {
  spec: { drivers: [{ name: 'string!', topologyKeys: ['string'], allocatable: { count: 'number' } }] },
};

/** A CSIStorageCapacity. */
export const csiStorageCapacity: BodyOf<CSIStorageCapacity> = {
  storageClassName: 'string',
  capacity: 'string',
  maximumVolumeSize: 'string',
  nodeTopology: labelSelector,
};
