import { formatRef, type Finding, type PodDisruptionBudget } from '@kroot/types';
import { refOf } from '@kroot/graph';
import { refusal } from './refusal.ts';

/** Budgets that say it twice. */
export function* budgetFault(budget: PodDisruptionBudget): Generator<Finding> {
  const { maxUnavailable, minAvailable } = budget.spec ?? {};
  if (maxUnavailable === undefined || minAvailable === undefined) return;
  const ref = refOf(budget);
  yield refusal({
    ref,
    discriminator: 'both',
    message: `${formatRef(ref)} has both minAvailable and maxUnavailable`,
    cause: 'The API server says "minAvailable and maxUnavailable cannot be both set".',
    path: 'spec.maxUnavailable',
    quote: `maxUnavailable: ${maxUnavailable}`,
    also: { path: 'spec.minAvailable', quote: `minAvailable: ${minAvailable}` },
    fix: 'Keep one of the two; maxUnavailable follows when the workload is scaled.',
  });
}
