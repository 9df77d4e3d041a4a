import { compareStrings, formatRef, type Impact } from '@kroot/types';

/** The lists of an impact, by the names that documents use, in a fixed order. */
export function impactLists(
  impact: Impact,
): readonly { readonly name: string; readonly resources: readonly string[] }[] {
  const lists = [
    ['pods', impact.pods],
    ['services', impact.services],
    ['deployments', impact.deployments],
    ['ingresses', impact.ingresses],
    ['stateful sets', impact.statefulSets],
    ['daemon sets', impact.daemonSets],
    ['jobs', impact.jobs],
    ['others', impact.others],
  ] as const;
  return lists.map(([name, refs]) => ({ name, resources: refs.map(formatRef).toSorted(compareStrings) }));
}

/** Everything that an impact names, once each, sorted. */
export function affected(impact: Impact): readonly string[] {
  return [...new Set(impactLists(impact).flatMap(({ resources }) => resources))].toSorted(compareStrings);
}

/** Rounds to two decimals, so that documents hold no tails of binary fractions. */
export function rounded(score: number): number {
  return Math.round(score * 100) / 100;
}
