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
      if (kind === 'Event' || !isServed(snapshot, kind)) return [];
      const gap = snapshot.coverage.gap(kind, builtinKind(kind)?.namespaced === false ? undefined : namespace);
      // An API that is not served has no objects: that is knowledge, not a gap.
      if (gap === undefined || gap.state === 'api-absent') return [];
      return [{ ...gap, rules: ids.toSorted(compareStrings) }];
    });
  return { complete: gaps.length === 0, gaps };
}

/** A custom kind is a blind spot only where something shows that its API is there at all: most clusters lack most of them. */
function isServed(snapshot: Snapshot, kind: string): boolean {
  const dot = kind.indexOf('.');
  if (dot === -1) return true;
  const suffix = kind.slice(dot);
  if (snapshot.kinds().some((present) => present.endsWith(suffix))) return true;
  return snapshot.list('CustomResourceDefinition').some(({ spec }) => `.${spec?.group ?? ''}` === suffix);
}
