import { controllerOf, refOf, workloads } from '@kroot/graph';
import { type KubernetesObject, type PodTemplateSpec, type ResourceRef, type Snapshot } from '@kroot/types';

/** What pods are made of: a workload with its template, or a pod that nobody makes. */
export interface Templated {
  readonly ref: ResourceRef;
  readonly object: KubernetesObject;
  readonly template: PodTemplateSpec;
}

/** All that is written of pods: the templates of workloads, then pods that nothing controls. */
export function templated(snapshot: Snapshot): readonly Templated[] {
  const pods = snapshot
    .list('Pod')
    .filter((pod) => controllerOf(pod) === undefined)
    .map((pod) => ({ ref: refOf(pod), object: pod, template: pod }));
  return [...workloads(snapshot), ...pods];
}
