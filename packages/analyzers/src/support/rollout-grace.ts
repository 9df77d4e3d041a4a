import { conditionOf, podsOf, podState, timeOf, type PodState, type Stage } from '@kroot/graph';
import { type ResourceRef, type Snapshot } from '@kroot/types';

const MINUTE = 60_000;

/** A workload that was made or changed a moment ago has had no time to become available. */
export function isFresh(now: number, ...times: readonly (string | undefined)[]): boolean {
  return times.some((text) => {
    const time = timeOf(text);
    return time !== undefined && now - time < MINUTE;
  });
}

const SETTLED: ReadonlySet<Stage> = new Set(['ready', 'completed', 'failed', 'terminating', 'unknown']);

/** Pods of a workload that are held up: past their grace, or refused by the scheduler. */
export function heldPods(snapshot: Snapshot, owner: ResourceRef): readonly PodState[] {
  return podsOf(snapshot, owner)
    .map((pod) => podState(snapshot, pod))
    .filter((state) => state.blocked || isRefused(snapshot, state));
}

/** Whether pods of a workload are on their way inside their grace and none is held up: then it may yet come right. */
export function isStarting(snapshot: Snapshot, owner: ResourceRef): boolean {
  if (heldPods(snapshot, owner).length > 0) return false;
  return podsOf(snapshot, owner).some((pod) => !SETTLED.has(podState(snapshot, pod).stage));
}

function isRefused(snapshot: Snapshot, { stage, pod, since }: PodState): boolean {
  if (stage === 'gated') return since === undefined || snapshot.now.getTime() - since >= MINUTE;
  return stage === 'unscheduled' && conditionOf(pod.status?.conditions, 'PodScheduled')?.reason === 'Unschedulable';
}
