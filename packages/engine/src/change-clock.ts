import { timeOf } from '@kroot/graph';
import { type Evidence, type FieldsChange, type ResourceRef, type Snapshot } from '@kroot/types';

/** A change counts as shortly before when the trouble began at most this long after it. */
const SHORTLY = 3_600_000;
const MINUTE = 60_000;

/**
 * Who changed the root, if that was shortly before the trouble began: from managedFields, without the status writes of
 * controllers. Ranks and explains, proves nothing alone.
 */
export function recentChange(snapshot: Snapshot, ref: ResourceRef, since: string | undefined): Evidence | undefined {
  const found = snapshot.lookup(ref);
  const began = timeOf(since);
  if (found.state !== 'present' || began === undefined) return undefined;
  const created = timeOf(found.object.metadata.creationTimestamp);
  const change = (found.object.metadata.changes ?? []).find((entry) => isEdit(entry, { began, created }));
  const time = timeOf(change?.time);
  if (change === undefined || time === undefined) return undefined;
  const parts = change.paths.filter((path) => !path.startsWith('status') && !path.startsWith('metadata'));
  const what = parts.length === 0 ? 'this object' : parts.slice(0, 3).join(', ');
  return {
    source: 'computed',
    ref,
    path: 'metadata.managedFields',
    quote: `${change.manager} changed ${what} ${minutes(began - time)} before the trouble began`,
    ...(change.time === undefined ? {} : { lastSeen: change.time }),
  };
}

function isEdit(
  { subresource, time, manager }: FieldsChange,
  { began, created }: { readonly began: number; readonly created: number | undefined },
): boolean {
  const at = timeOf(time);
  if (at === undefined || (subresource ?? '') !== '') return false;
  if (manager === 'kube-controller-manager' || manager === 'kube-scheduler' || manager === 'kubelet') return false;
  // Its own creation is no edit.
  return at <= began + MINUTE && began - at <= SHORTLY && (created === undefined || at - created > MINUTE);
}

function minutes(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds / MINUTE));
  return whole === 1 ? '1 minute' : `${whole} minutes`;
}
