import {
  claimConsumers,
  eventTime,
  eventsOf,
  explainClaim,
  memoize,
  podState,
  refOf,
  timeOf,
  volumeCandidates,
  type ClaimState,
  type PodState,
  type VolumeCandidate,
} from '@kroot/graph';
import {
  compareRefs,
  type Event,
  type PersistentVolumeClaim,
  type ResourceRef,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { optional } from './optional.ts';

/** A claim that has no volume and should have one by now. */
export interface PendingClaim {
  readonly claim: PersistentVolumeClaim;
  readonly ref: ResourceRef;
  readonly state: ClaimState;
  /** Pods that use it and have no node yet. */
  readonly pods: readonly PodState[];
  /** Where its class could not be looked up but volumes carry that class: these volumes, compared with the claim. */
  readonly carried?: readonly VolumeCandidate[];
  /** The newest ProvisioningFailed event about it. */
  readonly failure?: Event;
  /** What the provisioner or controller said last. */
  readonly event?: Event;
  /** Milliseconds since its creation; undefined when that is not known. */
  readonly age?: number;
}

/** What can be proved from the objects needs no patience, only enough for the controllers to have looked. */
const GRACE = 20_000;

/** How long a provisioner may take. */
export const PROVISIONING_GRACE = 120_000;

/** The claims without volume that should have one, in order of namespace and name. */
export const pendingClaims: (snapshot: Snapshot) => readonly PendingClaim[] = memoize((snapshot) =>
  snapshot.list('PersistentVolumeClaim').flatMap((claim) => pending(snapshot, claim) ?? []),
);

function pending(snapshot: Snapshot, claim: PersistentVolumeClaim): PendingClaim | undefined {
  const { phase } = claim.status ?? {};
  if ((phase !== undefined && phase !== 'Pending') || claim.metadata.deletionTimestamp !== undefined) return undefined;
  const state = explainClaim(snapshot, claim);
  const created = timeOf(claim.metadata.creationTimestamp);
  const age = created === undefined ? undefined : snapshot.now.getTime() - created;
  if (!isOutstanding(state) || (age !== undefined && age < GRACE)) return undefined;
  const pods = claimConsumers(snapshot, claim)
    .map((pod) => podState(snapshot, pod))
    .filter(({ stage }) => stage === 'unscheduled');
  const events = eventsOf(snapshot, claim).filter((event) => isCurrent(event, created));
  return {
    claim,
    ref: refOf(claim),
    state,
    pods,
    ...optional('carried', state.state === 'unknown' ? carriedClass(snapshot, claim) : undefined),
    ...optional(
      'failure',
      events.find(({ reason }) => reason === 'ProvisioningFailed'),
    ),
    ...optional('event', events[0]),
    ...optional('age', age),
  };
}

/** Not bound, and not legitimately waiting for a pod: what keeps that pod from a node is the pod's own affair. */
function isOutstanding(state: ClaimState): boolean {
  if (state.state === 'bound' || state.state === 'lost') return false;
  return state.state !== 'waiting-for-consumer' || (!state.dynamic && state.consumers.length > 0);
}

function carriedClass(snapshot: Snapshot, claim: PersistentVolumeClaim): readonly VolumeCandidate[] | undefined {
  const name = claim.spec?.storageClassName ?? '';
  if (name === '' || !snapshot.list('PersistentVolume').some(({ spec }) => spec?.storageClassName === name))
    return undefined;
  return volumeCandidates(snapshot, claim, name);
}

function isCurrent(event: Event, created: number | undefined): boolean {
  const time = timeOf(eventTime(event));
  return created === undefined || time === undefined || time >= created;
}

/** Claims that no pod waits for harm nobody yet. */
export function claimSeverity(claims: readonly PendingClaim[]): Severity {
  return claims.some(({ pods }) => pods.length > 0) ? 'critical' : 'warning';
}

/** The claims and the pods that wait for them, once each and in order. */
export function claimVictims(claims: readonly PendingClaim[]): readonly ResourceRef[] {
  const found = new Map<string, ResourceRef>();
  for (const { ref: target, pods } of claims) {
    for (const one of [target, ...pods.map((pod) => pod.ref)])
      found.set(`${one.kind}/${one.namespace ?? ''}/${one.name}`, one);
  }
  return [...found.values()].toSorted(compareRefs);
}

/** Since when the oldest of the claims waits, as RFC 3339. */
export function claimsSince(claims: readonly PendingClaim[]): string | undefined {
  const times = claims
    .map(({ claim }) => timeOf(claim.metadata.creationTimestamp))
    .filter((time) => time !== undefined);
  return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
}
