import { type Impact, type ResourceRef } from '@kroot/types';

/** Everything that a root cause holds up. */
export function impactResources(impact: Impact): readonly ResourceRef[] {
  const { daemonSets, deployments, ingresses, jobs, others, pods, services, statefulSets } = impact;
  return [pods, services, deployments, statefulSets, daemonSets, jobs, ingresses, others].flat();
}
