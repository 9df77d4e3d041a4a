import { podState, podsOf, presentObject } from '@kroot/graph';
import { type KubernetesObject, type ResourceRef, type Snapshot } from '@kroot/types';

interface Counted extends KubernetesObject {
  readonly spec?: { readonly replicas?: number; readonly completions?: number };
  readonly status?: {
    readonly readyReplicas?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberReady?: number;
    readonly succeeded?: number;
    readonly active?: number;
  };
}

/**
 * Whether a workload has all the pods that it wants again, so that what is left of earlier ones is history. A pod without
 * owner is never replaced.
 */
export function isWhole(snapshot: Snapshot, owner: ResourceRef): boolean {
  if (owner.kind === 'Pod') return false;
  const object = presentObject(snapshot, owner) as Counted | undefined;
  if (object === undefined) return false;
  const { spec, status } = object;
  switch (owner.kind) {
    case 'DaemonSet':
      return (status?.numberReady ?? 0) >= (status?.desiredNumberScheduled ?? 0);
    case 'Job':
    case 'CronJob':
      return (
        (status?.succeeded ?? 0) >= (spec?.completions ?? 1) ||
        podsOf(snapshot, owner).some((pod) => podState(snapshot, pod).stage === 'ready')
      );
    default:
      return (status?.readyReplicas ?? 0) >= (spec?.replicas ?? 1);
  }
}
