import { presentObject, topOwner } from '@kroot/graph';
import { type ResourceRef, type Snapshot } from '@kroot/types';
import { present } from './present.ts';

/** Controllers with pods named after them and five random characters. */
const GENERATING = ['ReplicaSet', 'DaemonSet', 'Job', 'ReplicationController'] as const;

/** The workload of a pod that may be gone: by the pod of that name, else by the controller that it was named after. */
export function ownerByName(snapshot: Snapshot, pod: ResourceRef): ResourceRef | undefined {
  const living = presentObject(snapshot, pod);
  if (living !== undefined) return topOwner(snapshot, living);
  const base = /^(.+)-[a-z0-9]{5}$/.exec(pod.name)?.[1];
  if (base === undefined) return undefined;
  for (const kind of GENERATING) {
    const controller = present(snapshot, kind, pod.namespace, base);
    if (controller !== undefined) return topOwner(snapshot, controller);
  }
  return undefined;
}
