import {
  type ControllerRevision,
  type CronJob,
  type DaemonSet,
  type Deployment,
  type Job,
  type ReplicaSet,
  type ReplicationController,
  type StatefulSet,
} from '@kroot/types';
import { claimTemplate } from './claim-template.ts';
import { condition, labelSelector } from './common.ts';
import { podTemplate } from './pod.ts';
import { type BodyOf, must } from './schema.ts';

/** A Deployment. */
export const deployment: BodyOf<Deployment> = {
  spec: must({
    replicas: 'number',
    selector: labelSelector,
    template: must(podTemplate),
    paused: 'boolean',
    progressDeadlineSeconds: 'number',
    minReadySeconds: 'number',
    strategy: { type: 'string', rollingUpdate: { maxUnavailable: 'int-or-string', maxSurge: 'int-or-string' } },
  }),
  status: {
    replicas: 'number',
    updatedReplicas: 'number',
    readyReplicas: 'number',
    availableReplicas: 'number',
    unavailableReplicas: 'number',
    observedGeneration: 'number',
    conditions: [condition],
  },
};

/** A ReplicaSet. */
export const replicaSet: BodyOf<ReplicaSet> = {
  spec: must({ replicas: 'number', selector: labelSelector, template: podTemplate }),
  status: {
    replicas: 'number',
    readyReplicas: 'number',
    availableReplicas: 'number',
    fullyLabeledReplicas: 'number',
    observedGeneration: 'number',
    conditions: [condition],
  },
};

/** A ReplicationController. */
export const replicationController: BodyOf<ReplicationController> = {
  spec: must({ replicas: 'number', selector: 'strings', template: podTemplate }),
  status: { replicas: 'number', readyReplicas: 'number', availableReplicas: 'number', conditions: [condition] },
};

/** A StatefulSet. */
export const statefulSet: BodyOf<StatefulSet> = {
  spec: must({
    replicas: 'number',
    selector: labelSelector,
    template: must(podTemplate),
    serviceName: 'string',
    podManagementPolicy: 'string',
    updateStrategy: { type: 'string', rollingUpdate: { partition: 'number' } },
    volumeClaimTemplates: [claimTemplate],
    minReadySeconds: 'number',
  }),
  status: {
    replicas: 'number',
    readyReplicas: 'number',
    availableReplicas: 'number',
    currentReplicas: 'number',
    updatedReplicas: 'number',
    currentRevision: 'string',
    updateRevision: 'string',
    observedGeneration: 'number',
  },
};

/** A DaemonSet. */
export const daemonSet: BodyOf<DaemonSet> = {
  spec: must({
    selector: labelSelector,
    template: must(podTemplate),
    updateStrategy: { type: 'string' },
    minReadySeconds: 'number',
  }),
  status: {
    desiredNumberScheduled: 'number',
    currentNumberScheduled: 'number',
    numberReady: 'number',
    numberAvailable: 'number',
    numberUnavailable: 'number',
    numberMisscheduled: 'number',
    updatedNumberScheduled: 'number',
    observedGeneration: 'number',
    conditions: [condition],
  },
};

/** A Job. */
export const job: BodyOf<Job> = {
  spec: must({
    template: must(podTemplate),
    selector: labelSelector,
    completions: 'number',
    parallelism: 'number',
    backoffLimit: 'number',
    activeDeadlineSeconds: 'number',
    suspend: 'boolean',
    ttlSecondsAfterFinished: 'number',
    completionMode: 'string',
  }),
  status: {
    active: 'number',
    ready: 'number',
    succeeded: 'number',
    failed: 'number',
    startTime: 'string',
    completionTime: 'string',
    conditions: [condition],
    failedIndexes: 'string',
  },
};

/** A CronJob. */
export const cronJob: BodyOf<CronJob> = {
  spec: must({
    schedule: 'string=',
    timeZone: 'string',
    suspend: 'boolean',
    concurrencyPolicy: 'string',
    startingDeadlineSeconds: 'number',
    jobTemplate: must({ spec: must({ template: must(podTemplate) }) }),
  }),
  status: {
    lastScheduleTime: 'string',
    lastSuccessfulTime: 'string',
    active: [{ name: 'string', namespace: 'string' }],
  },
};

/** A ControllerRevision. */
export const controllerRevision: BodyOf<ControllerRevision> = {
  revision: 'number',
  data: { spec: { template: podTemplate } },
};
