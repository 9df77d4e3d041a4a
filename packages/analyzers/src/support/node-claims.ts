import { conditionOf, memoize, refOf, timeOf } from '@kroot/graph';
import { type Condition, type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';

/** A NodeClaim of Karpenter that does not become a node. */
export interface StuckNodeClaim {
  readonly claim: UntypedObject;
  readonly ref: ResourceRef;
  /** The first of its steps that is not done. */
  readonly step: 'Launched' | 'Registered' | 'Initialized';
  readonly condition?: Condition;
  /** Milliseconds for which it has stood at that step. */
  readonly age: number;
}

const STEPS = ['Launched', 'Registered', 'Initialized'] as const;
const GRACE = 600_000;

/** The NodeClaims that stand at one step for more than ten minutes, in order of name. */
export const stuckNodeClaims: (snapshot: Snapshot) => readonly StuckNodeClaim[] = memoize((snapshot) =>
  snapshot.list('NodeClaim.karpenter.sh').flatMap((claim) => {
    const conditions = claim.status?.conditions;
    const step = STEPS.find((type) => conditionOf(conditions, type)?.status !== 'True');
    if (step === undefined || claim.metadata.deletionTimestamp !== undefined) return [];
    const condition = conditionOf(conditions, step);
    const since = timeOf(condition?.lastTransitionTime) ?? timeOf(claim.metadata.creationTimestamp);
    const age = since === undefined ? 0 : snapshot.now.getTime() - since;
    if (age < GRACE) return [];
    return [{ claim, ref: refOf(claim), step, age, ...(condition === undefined ? {} : { condition }) }];
  }),
);
