import { type Baseline, type BaselineCounts, type BaselineEntry, type Report, type Snapshot } from '@kroot/types';
import { coverageOf } from '../coverage-gaps.ts';
import { type Found } from './suppress.ts';

/** What has to be known to say that something is gone. */
export type Looked = Pick<Report, 'failures' | 'rules' | 'scope'>;

/**
 * What of the baseline is still there, in whatever scope, and what is told that is not in it; remarks (severity info) are not
 * counted as new. What is not found is gone only where it would have been seen.
 */
export function baselineCounts(
  snapshot: Snapshot,
  baseline: Baseline,
  { all, told, looked }: { readonly all: Found; readonly told: Found; readonly looked: Looked },
): BaselineCounts {
  const found = new Set([...all.diagnoses, ...all.unexplained].map(({ id }) => id));
  const entries = [...new Map(baseline.entries.map((entry) => [entry.id, entry])).values()];
  const missing = entries.filter(({ id }) => !found.has(id));
  const wouldBeSeen = seer(snapshot, looked);
  const gone = missing.filter((entry) => wouldBeSeen(entry)).length;
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

/** Tells whether something would have been found: nothing hid it from the run that made the report. */
export function seer(snapshot: Snapshot, { failures, rules, scope }: Looked): (entry: BaselineEntry) => boolean {
  const failed = new Set(failures.map(({ rule }) => rule));
  const ran = new Map(rules.filter(({ id }) => !failed.has(id)).map((meta) => [meta.id, meta]));
  const seen = new Map<string, boolean>();
  return ({ namespace, rule }) => {
    const isInScope =
      scope.target === undefined && (scope.namespace === undefined || scope.namespace === (namespace ?? ''));
    const meta = ran.get(rule);
    if (!isInScope || meta === undefined) return false;
    const key = `${rule}\n${namespace ?? ''}`;
    const known = seen.get(key) ?? coverageOf(snapshot, [meta], namespace).complete;
    seen.set(key, known);
    return known;
  };
}
