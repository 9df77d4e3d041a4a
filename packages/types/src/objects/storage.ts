import { type Condition, type KubernetesObject, type LabelSelector, type StringMap } from './meta.ts';
import { type NodeSelector } from './node.ts';

/** A reference to another object in the same namespace or, with `namespace`, elsewhere. */
export interface ObjectReference {
  readonly apiVersion?: string;
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly fieldPath?: string;
}

/** A PersistentVolumeClaim. `storageClassName` '' asks for a volume without class; absent asks for the default class. */
export interface PersistentVolumeClaim extends KubernetesObject {
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly resources?: { readonly requests?: StringMap };
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly selector?: LabelSelector;
    readonly dataSource?: ObjectReference;
    readonly dataSourceRef?: ObjectReference;
    readonly volumeAttributesClassName?: string;
  };
  readonly status?: {
    readonly phase?: string;
    readonly capacity?: StringMap;
    /** By resource: how far a change of size is, such as ControllerResizeInfeasible. */
    readonly allocatedResourceStatuses?: StringMap;
    readonly conditions?: readonly Condition[];
  };
}

/** A PersistentVolume. */
export interface PersistentVolume extends KubernetesObject {
  readonly spec?: {
    readonly capacity?: StringMap;
    readonly accessModes?: readonly string[];
    readonly volumeMode?: string;
    readonly storageClassName?: string;
    readonly persistentVolumeReclaimPolicy?: string;
    readonly claimRef?: ObjectReference;
    readonly nodeAffinity?: { readonly required?: NodeSelector };
    readonly csi?: {
      readonly driver: string;
      readonly volumeHandle?: string;
      readonly controllerPublishSecretRef?: ObjectReference;
      readonly nodeStageSecretRef?: ObjectReference;
      readonly nodePublishSecretRef?: ObjectReference;
    };
    readonly nfs?: { readonly server: string; readonly path: string };
    readonly local?: { readonly path: string };
    readonly hostPath?: { readonly path: string; readonly type?: string };
  };
  readonly status?: { readonly phase?: string; readonly reason?: string; readonly message?: string };
}

/** A StorageClass; the annotation storageclass.kubernetes.io/is-default-class marks the default. */
export interface StorageClass extends KubernetesObject {
  readonly provisioner?: string;
  readonly reclaimPolicy?: string;
  /** Immediate when absent. */
  readonly volumeBindingMode?: string;
  readonly allowVolumeExpansion?: boolean;
}

/** The wish to attach a volume to a node, and what came of it. */
export interface VolumeAttachment extends KubernetesObject {
  readonly spec?: {
    readonly attacher?: string;
    readonly nodeName?: string;
    readonly source?: { readonly persistentVolumeName?: string };
  };
  readonly status?: {
    readonly attached?: boolean;
    readonly attachError?: { readonly message?: string; readonly time?: string };
    readonly detachError?: { readonly message?: string; readonly time?: string };
  };
}

/** A CSI driver that is installed. */
export interface CSIDriver extends KubernetesObject {
  readonly spec?: { readonly attachRequired?: boolean };
}

/** The CSI drivers that run on a node (same name as the node). */
export interface CSINode extends KubernetesObject {
  readonly spec?: {
    readonly drivers?: readonly {
      readonly name: string;
      readonly topologyKeys?: readonly string[];
      readonly allocatable?: { readonly count?: number };
    }[];
  };
}

/** How much room a driver has left for a class, in a part of the cluster. */
export interface CSIStorageCapacity extends KubernetesObject {
  readonly storageClassName?: string;
  readonly capacity?: string;
  readonly maximumVolumeSize?: string;
  readonly nodeTopology?: LabelSelector;
}
