import { type TypedKinds } from '@kroot/types';
import {
  configMap,
  event,
  limitRange,
  priorityClass,
  resourceQuota,
  runtimeClass,
  secret,
  serviceAccount,
} from './config.ts';
import { endpoints, endpointSlice, ingress, ingressClass, namespace, networkPolicy, service } from './network.ts';
import { lease, node } from './node.ts';
import { pod } from './pod.ts';
import {
  apiService,
  customResourceDefinition,
  horizontalPodAutoscaler,
  podDisruptionBudget,
  role,
  roleBinding,
  webhookConfiguration,
} from './policy.ts';
import { type BodyOf, type Fields } from './schema.ts';
import {
  csiDriver,
  csiNode,
  persistentVolume,
  persistentVolumeClaim,
  storageClass,
  volumeAttachment,
} from './storage.ts';
import {
  controllerRevision,
  cronJob,
  daemonSet,
  deployment,
  job,
  replicaSet,
  replicationController,
  statefulSet,
} from './workload.ts';

/** The fields that are kept of each kind that has a type of its own. */
export const SCHEMAS: Readonly<Record<keyof TypedKinds, Fields>> = {
  Pod: pod,
  Node: node,
  Namespace: namespace,
  Event: event,
  ConfigMap: configMap,
  Secret: secret,
  ServiceAccount: serviceAccount,
  Service: service,
  Endpoints: endpoints,
  EndpointSlice: endpointSlice,
  PersistentVolumeClaim: persistentVolumeClaim,
  PersistentVolume: persistentVolume,
  ResourceQuota: resourceQuota,
  LimitRange: limitRange,
  ReplicationController: replicationController,
  Deployment: deployment,
  ReplicaSet: replicaSet,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  ControllerRevision: controllerRevision,
  Job: job,
  CronJob: cronJob,
  HorizontalPodAutoscaler: horizontalPodAutoscaler,
  PodDisruptionBudget: podDisruptionBudget,
  Ingress: ingress,
  IngressClass: ingressClass,
  NetworkPolicy: networkPolicy,
  StorageClass: storageClass,
  VolumeAttachment: volumeAttachment,
  CSIDriver: csiDriver,
  CSINode: csiNode,
  Lease: lease,
  PriorityClass: priorityClass,
  RuntimeClass: runtimeClass,
  Role: role,
  ClusterRole: role,
  RoleBinding: roleBinding,
  ClusterRoleBinding: roleBinding,
  ValidatingWebhookConfiguration: webhookConfiguration,
  MutatingWebhookConfiguration: webhookConfiguration,
  APIService: apiService,
  CustomResourceDefinition: customResourceDefinition,
} satisfies { readonly [K in keyof TypedKinds]: BodyOf<TypedKinds[K]> };
