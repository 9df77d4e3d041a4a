import { type ResourceRef } from '@kroot/types';
import { type CoverageStatement } from '../snapshot/statement.ts';

/**
 * Kinds that a deployment brings along: within a namespace that manifests speak of, what they do not hold is not in them.
 * Cluster-scoped kinds are as a rule there already, and so are things of other namespaces.
 */
const BROUGHT_ALONG = [
  'ConfigMap',
  'CronJob',
  'DaemonSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
  'Job',
  'LimitRange',
  'NetworkPolicy',
  'PersistentVolumeClaim',
  'Pod',
  'PodDisruptionBudget',
  'ReplicaSet',
  'ReplicationController',
  'ResourceQuota',
  'Role',
  'RoleBinding',
  'Secret',
  'Service',
  'ServiceAccount',
  'StatefulSet',
];

/** Namespaces of the cluster itself: nobody deploys them whole. */
const SYSTEM = /^kube-/;

/** What manifests with these objects say on their own completeness. */
export function intendedCoverage(refs: readonly ResourceRef[]): readonly CoverageStatement[] {
  const namespaces = new Set(refs.flatMap(({ namespace }) => namespace ?? []));
  return [...namespaces]
    .filter((namespace) => !SYSTEM.test(namespace))
    .flatMap((namespace) => BROUGHT_ALONG.map((kind) => ({ kind, namespace, state: 'complete' as const })));
}
