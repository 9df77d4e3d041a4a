import { type Baseline, type BaselineCounts, type BaselineEntry, type Report } from '@kroot/types';
import { type Found } from './suppress.ts';

/** What has to be known to say that something is gone. */
export interface Looked {
  readonly coverage: Report['coverage'];
  readonly failures: Report['failures'];
  readonly rules: Report['rules'];
  readonly scope: Report['scope'];
}

/**
 * What of the baseline is still there, in whatever scope, and what is told that is not in it; remarks (severity info) are not
 * counted as new. What is not found is gone only where it would have been seen.
 */
export function baselineCounts(baseline: Baseline, all: Found, told: Found, looked: Looked): BaselineCounts {
  const found = new Set([...all.diagnoses, ...all.unexplained].map(({ id }) => id));
  const entries = [...new Map(baseline.entries.map((entry) => [entry.id, entry])).values()];
  const missing = entries.filter(({ id }) => !found.has(id));
  const gone = missing.filter((entry) => wouldBeSeen(entry, looked)).length;
  const ids = new Set(entries.map(({ id }) => id));
  return {
    name: baseline.name,
    known: entries.length - missing.length,
    added: [...told.diagnoses, ...told.unexplained].filter(
      ({ id, severity }) => severity !== 'info' && (id === undefined || !ids.has(id)),
    ).length,
    gone,
    unseen: missing.length - gone,
  };
}

function wouldBeSeen({ namespace, rule }: BaselineEntry, { coverage, failures, rules, scope }: Looked): boolean {
  const isInScope =
    scope.target === undefined && (scope.namespace === undefined || scope.namespace === (namespace ?? ''));
  const ran = rules.some(({ id }) => id === rule) && !failures.some((failure) => failure.rule === rule);
  const isBlind = coverage.gaps.some((gap) => gap.state !== 'api-absent' && gap.rules.includes(rule));
  return isInScope && ran && !isBlind;
}
