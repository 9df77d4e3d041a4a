import { type Condition, type IntOrString, type KubernetesObject, type LabelSelector } from './meta.ts';
import { type PodTemplateSpec } from './pod.ts';
import { type PersistentVolumeClaim } from './storage.ts';

/** A Deployment. */
export interface Deployment extends KubernetesObject {
  readonly spec: {
    /** 1 when absent. */
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly paused?: boolean;
    readonly progressDeadlineSeconds?: number;
    readonly minReadySeconds?: number;
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxUnavailable?: IntOrString; readonly maxSurge?: IntOrString };
    };
  };
  readonly status?: {
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly unavailableReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** A ReplicaSet; its annotation deployment.kubernetes.io/revision orders the revisions of a Deployment. */
export interface ReplicaSet extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template?: PodTemplateSpec;
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly fullyLabeledReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** A ReplicationController. */
export interface ReplicationController extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: Readonly<Record<string, string>>;
    readonly template?: PodTemplateSpec;
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** A StatefulSet; it has no conditions. */
export interface StatefulSet extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly serviceName?: string;
    readonly podManagementPolicy?: string;
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
    readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
    readonly minReadySeconds?: number;
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly currentReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly observedGeneration?: number;
  };
}

/** A DaemonSet. */
export interface DaemonSet extends KubernetesObject {
  readonly spec: {
    readonly selector?: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly updateStrategy?: { readonly type?: string };
    readonly minReadySeconds?: number;
  };
  readonly status?: {
    readonly desiredNumberScheduled?: number;
    readonly currentNumberScheduled?: number;
    readonly numberReady?: number;
    readonly numberAvailable?: number;
    readonly numberUnavailable?: number;
    readonly numberMisscheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** A Job. */
export interface Job extends KubernetesObject {
  readonly spec: {
    readonly template: PodTemplateSpec;
    readonly selector?: LabelSelector;
    readonly completions?: number;
    readonly parallelism?: number;
    readonly backoffLimit?: number;
    readonly activeDeadlineSeconds?: number;
    readonly suspend?: boolean;
    readonly ttlSecondsAfterFinished?: number;
    readonly completionMode?: string;
  };
  readonly status?: {
    readonly active?: number;
    readonly ready?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly conditions?: readonly Condition[];
    readonly failedIndexes?: string;
  };
}

/** A CronJob. */
export interface CronJob extends KubernetesObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly concurrencyPolicy?: string;
    readonly startingDeadlineSeconds?: number;
    readonly jobTemplate: { readonly spec: { readonly template: PodTemplateSpec } };
  };
  readonly status?: {
    readonly lastScheduleTime?: string;
    readonly lastSuccessfulTime?: string;
    readonly active?: readonly { readonly name?: string; readonly namespace?: string }[];
  };
}

/** A stored revision of a StatefulSet or DaemonSet. */
export interface ControllerRevision extends KubernetesObject {
  readonly revision?: number;
  /** The patch that brings the revision back: for both kinds the whole pod template. */
  readonly data?: { readonly spec?: { readonly template?: PodTemplateSpec } };
}
