import { type Lease, type Snapshot } from '@kroot/types';
import { present } from './present.ts';
import { leaseAge } from './unseen-pods.ts';

/** A leader renews its lease every few seconds; this is long after any other one would have taken over. */
const STALE = 60_000;

/** A leader lease that nobody renews, while others in the capture are fresh. */
export interface StaleLeader {
  readonly lease: Lease;
  readonly renewed: string;
  /** Milliseconds. */
  readonly age: number;
}

/**
 * The lease of a component in kube-system, if its holder is gone. Leases that are all old show that the capture states a
 * later time than that of its objects.
 */
export function staleLeader(snapshot: Snapshot, name: string): StaleLeader | undefined {
  const lease = present(snapshot, 'Lease', 'kube-system', name);
  const age = leaseAge(snapshot, lease);
  const renewed = lease?.spec?.renewTime;
  if (lease === undefined || age === undefined || renewed === undefined || age < STALE) return undefined;
  const others = snapshot.list('Lease').filter((other) => other !== lease);
  const fresh = others.some((other) => Math.abs(leaseAge(snapshot, other) ?? STALE) < STALE);
  return fresh ? { lease, renewed, age } : undefined;
}
