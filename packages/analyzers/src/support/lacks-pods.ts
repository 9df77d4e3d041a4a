import { conditionOf, controllerOf, podsOf, podState, presentObject, timeOf } from '@kroot/graph';
import {
  type DaemonSet,
  type Job,
  type KubernetesObject,
  type Pod,
  type ReplicaSet,
  type ResourceRef,
  type Snapshot,
  type StatefulSet,
} from '@kroot/types';

/** A pod that was made moments ago may share the fate of the ones before it. */
const NEWBORN = 15_000;

/**
 * Whether the place of a pod that has ended is still empty: its controller has fewer pods than it wants. What is left of
 * pods that have been replaced is clutter, whatever else is wrong with the workload. A pod without controller is never
 * replaced.
 */
export function lacksPods(snapshot: Snapshot, pod: Pod): boolean {
  const controller = controllerOf(pod);
  if (controller === undefined) return true;
  const living = podsOf(snapshot, controller).filter((other) => isLiving(snapshot, other));
  const object = presentObject(snapshot, controller);
  if (object === undefined) return living.length === 0;
  if (isDaemonSet(object)) return !living.some(({ spec }) => spec.nodeName === pod.spec.nodeName);
  if (isJob(object)) return living.length === 0 && isUnfinished(object);
  return living.length < wanted(controller, object);
}

function isLiving(snapshot: Snapshot, pod: Pod): boolean {
  const { stage } = podState(snapshot, pod);
  if (stage === 'ready') return true;
  if (stage === 'failed' || stage === 'completed' || stage === 'terminating') return false;
  const created = timeOf(pod.metadata.creationTimestamp);
  return created === undefined || snapshot.now.getTime() - created >= NEWBORN;
}

function wanted(controller: ResourceRef, object: KubernetesObject): number {
  return isReplicated(controller, object) ? (object.spec.replicas ?? 1) : 1;
}

function isReplicated({ kind }: ResourceRef, object: KubernetesObject): object is ReplicaSet | StatefulSet {
  return (kind === 'ReplicaSet' || kind === 'StatefulSet' || kind === 'ReplicationController') && 'spec' in object;
}

function isDaemonSet(object: KubernetesObject): object is DaemonSet {
  return object.kind === 'DaemonSet' && object.apiVersion.startsWith('apps/');
}

function isJob(object: KubernetesObject): object is Job {
  return object.kind === 'Job' && object.apiVersion.startsWith('batch/');
}

function isUnfinished({ spec, status }: Job): boolean {
  return spec.suspend !== true && conditionOf(status?.conditions, 'Complete')?.status !== 'True';
}
