import { podState, podsOf, workloadNamed } from '@kroot/graph';
import { ref, type ResourceRef, type Snapshot } from '@kroot/types';

/**
 * Whether a workload has all the pods that it wants again, so that what is left of earlier ones is history. A pod without
 * owner is never replaced.
 */
export function isWhole(snapshot: Snapshot, owner: ResourceRef): boolean {
  if (owner.kind === 'DaemonSet') return isWholeDaemonSet(snapshot, owner);
  if (owner.kind === 'Job' || owner.kind === 'CronJob') return isServed(snapshot, owner);
  const workload = workloadNamed(snapshot, owner);
  if (workload === undefined) return false;
  const ready = podsOf(snapshot, owner).filter((pod) => podState(snapshot, pod).stage === 'ready').length;
  return ready >= (workload.replicas ?? 1);
}

function isWholeDaemonSet(snapshot: Snapshot, { namespace, name }: ResourceRef): boolean {
  const found = snapshot.lookup({ ...ref('DaemonSet', namespace, name), kind: 'DaemonSet' });
  if (found.state !== 'present') return false;
  const { numberReady = 0, desiredNumberScheduled = 0 } = found.object.status ?? {};
  return numberReady >= desiredNumberScheduled;
}

/** A job makes a new pod for one that failed: it runs, or has done its work. */
function isServed(snapshot: Snapshot, owner: ResourceRef): boolean {
  return podsOf(snapshot, owner).some((pod) => {
    const { stage } = podState(snapshot, pod);
    return stage === 'ready' || stage === 'completed';
  });
}
