import { builtinKind, compareStrings, type AnalyzerMeta, type Report, type Snapshot } from '@kroot/types';

/** Kinds that some rule reads and that the snapshot does not hold completely, with those rules. */
export function coverageOf(snapshot: Snapshot, rules: readonly AnalyzerMeta[], namespace?: string): Report['coverage'] {
  const readers = new Map<string, string[]>();
  for (const { id, reads } of rules) {
    for (const kind of reads) {
      const known = readers.get(kind);
      if (known === undefined) readers.set(kind, [id]);
      else known.push(id);
    }
  }
  const gaps = [...readers]
    .toSorted(([a], [b]) => compareStrings(a, b))
    .flatMap(([kind, ids]) => {
      // Events are a hint wherever they are: they expire, so even a full list proves nothing.
      if (kind === 'Event') return [];
      const gap = snapshot.coverage.gap(kind, builtinKind(kind)?.namespaced === false ? undefined : namespace);
      return gap === undefined ? [] : [{ ...gap, rules: ids.toSorted(compareStrings) }];
    });
  return { complete: gaps.length === 0, gaps };
}
