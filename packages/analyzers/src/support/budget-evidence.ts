import { conditionOf } from '@kroot/graph';
import { type Evidence } from '@kroot/types';
import { budgetWords, type ExhaustedBudget } from './drains.ts';
import { computed, fromCondition, fromSpec } from './evidence.ts';

/** What a disruption budget asks for and how it stands. */
export function budgetEvidence({ ref, budget, expected, desired, healthy }: ExhaustedBudget): readonly Evidence[] {
  const condition = conditionOf(budget.status?.conditions, 'DisruptionAllowed');
  return [
    fromSpec(ref, 'spec', budgetWords(budget)),
    computed(ref, `disruptionsAllowed 0: ${healthy} of ${expected} pods healthy, ${desired} wanted`),
    ...(condition === undefined ? [] : [fromCondition(ref, condition)]),
  ];
}
