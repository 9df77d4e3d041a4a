import {
  compareStrings,
  type Baseline,
  type BaselineEntry,
  type Report,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { seer } from './baseline-counts.ts';

/**
 * The baseline after a run: all that was found and is not hidden otherwise, and what is not found but was not looked at either.
 * With `prune` nothing is added: what is gone is taken out, and that is all.
 */
export function nextBaseline(
  snapshot: Snapshot,
  report: Report,
  { before, prune = false }: { readonly before: Baseline | undefined; readonly prune?: boolean },
): readonly BaselineEntry[] {
  const old = before?.entries ?? [];
  const found = foundIn(report);
  const isFound = new Set(found.map(({ id }) => id));
  const isOld = new Set(old.map(({ id }) => id));
  const wouldBeSeen = seer(snapshot, report);
  const kept = old.filter((entry) => !isFound.has(entry.id) && !wouldBeSeen(entry));
  const all = [...(prune ? found.filter(({ id }) => isOld.has(id)) : found), ...kept];
  return [...new Map(all.map((entry) => [entry.id, entry])).values()].toSorted(
    (a, b) => compareStrings(a.rule, b.rule) || compareStrings(a.id, b.id),
  );
}

/** What a report holds that a baseline made of it knows: not what an annotation or the configuration hides, which may end some day. */
export function foundIn({
  diagnoses,
  suppressed,
  suppressedSymptoms = [],
  unexplained,
}: Report): readonly BaselineEntry[] {
  const roots = [...diagnoses, ...suppressed.filter((each) => each.suppressedBy?.carrier === 'baseline')];
  const symptoms = [...unexplained, ...suppressedSymptoms.filter((each) => each.suppressedBy?.carrier === 'baseline')];
  return [
    ...roots.map(({ id, rootCause, rule }) => entryOf(id, rule, rootCause)),
    ...symptoms.flatMap(({ id, resource, rule }) => (id === undefined ? [] : [entryOf(id, rule, resource)])),
  ];
}

function entryOf(id: string, rule: string, { namespace }: ResourceRef): BaselineEntry {
  return { id, rule, ...(namespace === undefined ? {} : { namespace }) };
}
