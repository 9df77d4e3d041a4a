import { refOf } from '@kroot/graph';
import { formatRef, type Finding, type KubernetesObject } from '@kroot/types';
import { labelFault, subdomainFault } from './names.ts';
import { refusal } from './refusal.ts';
import { isUnrendered } from './unrendered.ts';

/** Kinds by what their names have to be; others, such as roles and budgets, take nearly everything. */
const LABELS: ReadonlySet<string> = new Set(['Namespace', 'Service']);
const SUBDOMAINS: ReadonlySet<string> = new Set([
  'ConfigMap',
  'CronJob',
  'DaemonSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
  'IngressClass',
  'Job',
  'LimitRange',
  'NetworkPolicy',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Pod',
  'PriorityClass',
  'ReplicaSet',
  'ReplicationController',
  'ResourceQuota',
  'Secret',
  'ServiceAccount',
  'StatefulSet',
  'StorageClass',
]);
/** The controller adds a time to the name, and the name of a Job may have 63 characters. */
const CRON_JOB_LENGTH = 52;

/** The name of an object, where it is none for its kind. */
export function* objectNameFault(object: KubernetesObject): Generator<Finding> {
  const { generateName, name } = object.metadata;
  // What the server completes it also shortens.
  if (generateName !== undefined) return;
  const fault = faultOf(object.kind, name);
  if (fault === undefined) return;
  const ref = refOf(object);
  yield refusal({
    ref,
    discriminator: 'name',
    message: `${formatRef(ref)} cannot have this name`,
    cause: `The API server refuses the name of a ${object.kind}: ${fault}.`,
    path: 'metadata.name',
    quote: name,
    fix: `Give the ${object.kind} another name, and what refers to it too.`,
  });
}

function faultOf(kind: string, name: string): string | undefined {
  if (LABELS.has(kind)) return labelFault(name);
  if (!SUBDOMAINS.has(kind)) return undefined;
  if (kind === 'CronJob' && name.length > CRON_JOB_LENGTH && !isUnrendered(name))
    return `it may have ${CRON_JOB_LENGTH} characters, and has ${name.length}`;
  return subdomainFault(name);
}
