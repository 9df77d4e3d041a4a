import { ref, refKey, type Lease, type Pod, type Snapshot } from '@kroot/types';
import { timeOf } from '../events.ts';
import { memoize } from '../memo.ts';
import { controllerOf } from '../owners.ts';
import { refOf } from '../refs.ts';

const SECOND = 1000;
/** A leader renews every few seconds; one that has not for this many lease durations is none. */
const MISSED = 4;
const LEAST = 60;

/** Controllers one of whose pods holds a Lease and is ready, with the keys of those pods. */
const leaders = memoize((snapshot: Snapshot): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const lease of snapshot.list('Lease')) {
    const holder = heldNow(lease, snapshot.now.getTime()) ? podOf(snapshot, lease) : undefined;
    const controller = holder === undefined ? undefined : controllerOf(holder);
    if (holder !== undefined && controller !== undefined) found.set(refKey(controller), refKey(refOf(holder)));
  }
  return found;
});

function heldNow({ spec }: Lease, now: number): boolean {
  const renewed = timeOf(spec?.renewTime);
  const patience = Math.max(LEAST, MISSED * (spec?.leaseDurationSeconds ?? 0)) * SECOND;
  return renewed !== undefined && now - renewed <= patience;
}

/** client-go's identity is the host name, which is the pod's, mostly followed by `_` and a random part. */
function podOf(snapshot: Snapshot, { metadata, spec }: Lease): Pod | undefined {
  const [name = ''] = (spec?.holderIdentity ?? '').split('_');
  const found = name === '' ? undefined : snapshot.lookup({ ...ref('Pod', metadata.namespace, name), kind: 'Pod' });
  if (found?.state !== 'present') return undefined;
  const ready = found.object.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? found.object : undefined;
}

/**
 * Whether a pod stands by while a ready sibling of the same controller holds the Lease that they compete for: some programs
 * report themselves not ready then, so that their Service reaches the leader alone.
 * https://kubernetes.io/docs/concepts/architecture/leases/#custom-workload
 */
export function isStandby(snapshot: Snapshot, pod: Pod): boolean {
  const controller = controllerOf(pod);
  const leader = controller === undefined ? undefined : leaders(snapshot).get(refKey(controller));
  return leader !== undefined && leader !== refKey(refOf(pod));
}
