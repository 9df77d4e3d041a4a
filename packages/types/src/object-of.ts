import {
  type ConfigMap,
  type LimitRange,
  type PriorityClass,
  type ResourceQuota,
  type RuntimeClass,
  type Secret,
  type ServiceAccount,
} from './objects/config.ts';
import { type Event } from './objects/event.ts';
import { type UntypedObject } from './objects/meta.ts';
import {
  type EndpointSlice,
  type Endpoints,
  type Ingress,
  type IngressClass,
  type Namespace,
  type NetworkPolicy,
  type Service,
} from './objects/network.ts';
import { type Lease, type Node } from './objects/node.ts';
import { type Pod } from './objects/pod.ts';
import {
  type APIService,
  type CustomResourceDefinition,
  type HorizontalPodAutoscaler,
  type PodDisruptionBudget,
  type Role,
  type RoleBinding,
  type WebhookConfiguration,
} from './objects/policy.ts';
import {
  type CSIDriver,
  type CSINode,
  type CSIStorageCapacity,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
  type VolumeAttachment,
} from './objects/storage.ts';
import {
  type ControllerRevision,
  type CronJob,
  type DaemonSet,
  type Deployment,
  type Job,
  type ReplicaSet,
  type ReplicationController,
  type StatefulSet,
} from './objects/workload.ts';

/** The kinds that have a type of their own, by the name under which `Snapshot.list` gives them. */
export interface TypedKinds {
  Pod: Pod;
  Node: Node;
  Namespace: Namespace;
  Event: Event;
  ConfigMap: ConfigMap;
  Secret: Secret;
  ServiceAccount: ServiceAccount;
  Service: Service;
  Endpoints: Endpoints;
  EndpointSlice: EndpointSlice;
  PersistentVolumeClaim: PersistentVolumeClaim;
  PersistentVolume: PersistentVolume;
  ResourceQuota: ResourceQuota;
  LimitRange: LimitRange;
  ReplicationController: ReplicationController;
  Deployment: Deployment;
  ReplicaSet: ReplicaSet;
  StatefulSet: StatefulSet;
  DaemonSet: DaemonSet;
  ControllerRevision: ControllerRevision;
  Job: Job;
  CronJob: CronJob;
  HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  PodDisruptionBudget: PodDisruptionBudget;
  Ingress: Ingress;
  IngressClass: IngressClass;
  NetworkPolicy: NetworkPolicy;
  StorageClass: StorageClass;
  VolumeAttachment: VolumeAttachment;
  CSIDriver: CSIDriver;
  CSINode: CSINode;
  CSIStorageCapacity: CSIStorageCapacity;
  Lease: Lease;
  PriorityClass: PriorityClass;
  RuntimeClass: RuntimeClass;
  Role: Role;
  ClusterRole: Role;
  RoleBinding: RoleBinding;
  ClusterRoleBinding: RoleBinding;
  ValidatingWebhookConfiguration: WebhookConfiguration;
  MutatingWebhookConfiguration: WebhookConfiguration;
  APIService: APIService;
  CustomResourceDefinition: CustomResourceDefinition;
}

/** The type of the objects that `Snapshot.list` gives for a kind. */
export type ObjectOf<K extends string> = K extends keyof TypedKinds ? TypedKinds[K] : UntypedObject;
