import { conditionOf, eventsOf, memoize, timeOf, type PodState } from '@kroot/graph';
import { type Lease, type Pod, type Snapshot } from '@kroot/types';
import { present } from './present.ts';

/** The scheduler that every pod gets that names none. */
export const DEFAULT_SCHEDULER = 'default-scheduler';

/** A scheduler that is well looks at a new pod within moments; it may be busy or change its leader. */
const GRACE = 120_000;
const LEASE_STALE = 60_000;

/** The scheduler that a pod asks for. */
export function schedulerOf({ spec }: Pod): string {
  const name = spec.schedulerName ?? '';
  return name === '' ? DEFAULT_SCHEDULER : name;
}

/**
 * Whether no scheduler has ever looked at a pod that has waited for long enough: it has neither the condition nor an event
 * that a scheduler leaves. Captures that hold no such condition for any pod prove nothing.
 */
export function isUnseen(snapshot: Snapshot, { stage, pod, since }: PodState): boolean {
  if (stage !== 'unscheduled' || (since !== undefined && snapshot.now.getTime() - since < GRACE)) return false;
  if (conditionOf(pod.status?.conditions, 'PodScheduled') !== undefined) return false;
  if ((pod.status?.nominatedNodeName ?? '') !== '') return false;
  if (eventsOf(snapshot, pod).some(({ reason }) => reason === 'FailedScheduling' || reason === 'Scheduled'))
    return false;
  return showsConditions(snapshot);
}

const showsConditions: (snapshot: Snapshot) => boolean = memoize((snapshot) =>
  snapshot
    .list('Pod')
    .some(({ spec, status }) => (spec.nodeName ?? '') !== '' && (status?.conditions ?? []).length > 0),
);

/** When each scheduler last placed a pod, in milliseconds. */
const lastPlaced: (snapshot: Snapshot) => ReadonlyMap<string, number> = memoize((snapshot) => {
  const times = new Map<string, number>();
  for (const pod of snapshot.list('Pod')) {
    const condition = conditionOf(pod.status?.conditions, 'PodScheduled');
    const time = timeOf(condition?.lastTransitionTime);
    // Kubelets give the condition to static pods as well: a new one of these only makes the rule silent.
    if (time === undefined) continue;
    times.set(schedulerOf(pod), Math.max(times.get(schedulerOf(pod)) ?? 0, time));
  }
  return times;
});

/** Whether the pod's scheduler has dealt with another pod after this one was made: then it is alive. */
export function hasDealtWithOthers(snapshot: Snapshot, { pod }: PodState): boolean {
  const created = timeOf(pod.metadata.creationTimestamp);
  const last = lastPlaced(snapshot).get(schedulerOf(pod));
  return created !== undefined && last !== undefined && last > created;
}

/** The leader lease of the default scheduler, where it is in the capture. */
export function schedulerLease(snapshot: Snapshot): Lease | undefined {
  return present(snapshot, 'Lease', 'kube-system', 'kube-scheduler');
}

/** How long ago a lease was renewed, in milliseconds; undefined when it does not say. */
export function leaseAge(snapshot: Snapshot, lease: Lease | undefined): number | undefined {
  const renewed = timeOf(lease?.spec?.renewTime);
  return renewed === undefined ? undefined : snapshot.now.getTime() - renewed;
}

/** Whether a lease shows a holder that is alive. */
export function isHeld(snapshot: Snapshot, lease: Lease | undefined): boolean {
  const age = leaseAge(snapshot, lease);
  return age !== undefined && age < LEASE_STALE;
}

/** Whether anything in the capture answers to the name of a scheduler: a fresh lease, or a pod that is named after it. */
export function isKnownScheduler(snapshot: Snapshot, name: string): boolean {
  if (snapshot.list('Lease').some((lease) => lease.metadata.name === name && isHeld(snapshot, lease))) return true;
  return snapshot.list('Pod').some((pod) => runsAs(pod, name));
}

/** Whether a pod runs a scheduler of this name: it, a label or a container is named so, or a container is told the name. */
function runsAs({ metadata, spec }: Pod, name: string): boolean {
  if ((spec.nodeName ?? '') === '') return false;
  if (metadata.name === name || metadata.name.startsWith(`${name}-`)) return true;
  if (Object.values(metadata.labels ?? {}).includes(name)) return true;
  return spec.containers.some(
    (container) =>
      container.name === name ||
      [...(container.command ?? []), ...(container.args ?? [])].some((word) => word.includes(name)),
  );
}
