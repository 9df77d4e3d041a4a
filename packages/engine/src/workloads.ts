import { memoize, topOwner } from '@kroot/graph';
import { compareRefs, refKey, type ResourceRef, type Snapshot } from '@kroot/types';

/** What runs pods, whether it has any or not; a Pod stands for those that nothing made. */
const KINDS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
];

/** The workloads of a snapshot: top owners of pods and of what makes pods, each once, in order. */
export const workloadsOf: (snapshot: Snapshot) => readonly ResourceRef[] = memoize((snapshot) => {
  const found = new Map<string, ResourceRef>();
  for (const kind of KINDS) {
    for (const object of snapshot.list(kind)) {
      const owner = topOwner(snapshot, object);
      found.set(refKey(owner), owner);
    }
  }
  return [...found.values()].toSorted(compareRefs);
});
