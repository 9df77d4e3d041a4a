import { memoize, type VolumeCandidate } from '@kroot/graph';
import { type Snapshot } from '@kroot/types';
import { readProvisioning, saysNoClassNoVolume } from '../messages/provisioning.ts';
import { missingSource } from './claim-source.ts';
import { pendingClaims, PROVISIONING_GRACE, type PendingClaim } from './pending-claims.ts';

/** Which rule speaks for a claim without volume: exactly one does. */
type ClaimCause =
  | 'source'
  | 'class-missing'
  | 'released'
  | 'static'
  | 'no-class'
  | 'pre-bound'
  | 'forbidden'
  | 'backend'
  | 'provisioner'
  | 'none';

/** The pending claims by what denies them a volume. */
const causes: (snapshot: Snapshot) => ReadonlyMap<ClaimCause, readonly PendingClaim[]> = memoize((snapshot) => {
  const found = new Map<ClaimCause, PendingClaim[]>();
  for (const pending of pendingClaims(snapshot)) {
    const cause = causeOf(snapshot, pending);
    const known = found.get(cause);
    if (known === undefined) found.set(cause, [pending]);
    else known.push(pending);
  }
  return found;
});

/** The pending claims that one cause denies a volume. */
export function claimsWith(snapshot: Snapshot, cause: ClaimCause): readonly PendingClaim[] {
  return causes(snapshot).get(cause) ?? [];
}

function causeOf(snapshot: Snapshot, pending: PendingClaim): ClaimCause {
  const { state } = pending;
  if (missingSource(snapshot, pending) !== undefined) return 'source';
  if (releasedVolume(pending) !== undefined) return 'released';
  switch (state.state) {
    case 'class-missing':
      return 'class-missing';
    case 'no-class':
      return 'no-class';
    case 'no-matching-volume':
      return 'static';
    case 'waiting-for-consumer':
      return state.candidates.some(({ mismatches }) => mismatches.length === 0) ? 'none' : 'static';
    case 'pre-bound':
      return state.problem === 'none' ? 'none' : 'pre-bound';
    case 'provisioning':
      return provisioningCause(pending);
    case 'unknown':
      return unseenCause(pending);
    case 'bound':
    case 'lost':
    case 'matching-volume':
      return 'none';
    default:
      return 'none';
  }
}

/**
 * Where StorageClasses or volumes could not be listed, the controller's own words stand in. A class that ready-made volumes carry
 * needs no object, although the controller complains of it in the same words.
 */
function unseenCause({ event, failure, carried }: PendingClaim): ClaimCause {
  if (saysNoClassNoVolume(event?.message ?? '')) return 'no-class';
  if (readProvisioning(failure?.message ?? '')?.kind !== 'class-missing') return 'none';
  if (carried === undefined) return 'class-missing';
  return carried.some(({ mismatches }) => mismatches.length === 0) ? 'none' : 'static';
}

function provisioningCause({ failure, age }: PendingClaim): ClaimCause {
  const said = readProvisioning(failure?.message ?? '');
  if (said?.kind === 'forbidden') return 'forbidden';
  if (said?.kind === 'backend') return 'backend';
  return age === undefined || age >= PROVISIONING_GRACE ? 'provisioner' : 'none';
}

/** The volumes that were compared with a claim. */
export function candidatesOf({ state, carried }: PendingClaim): readonly VolumeCandidate[] {
  return 'candidates' in state ? state.candidates : (carried ?? []);
}

/** The volume of an earlier claim of the same name, which would fit but for the memory of that claim. */
export function releasedVolume(pending: PendingClaim): VolumeCandidate | undefined {
  return candidatesOf(pending).find(
    ({ mismatches }) =>
      mismatches.length > 0 &&
      mismatches.every(({ field }) => field === 'claimRef.uid' || field === 'phase') &&
      mismatches.some(({ field }) => field === 'claimRef.uid'),
  );
}
