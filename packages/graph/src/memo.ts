import { type Snapshot } from '@kroot/types';

/**
 * Makes a function of a snapshot that computes once per snapshot. Analyzers share indexes this way: what one has
 * computed, the next one gets for nothing.
 */
export function memoize<T extends {}>(compute: (snapshot: Snapshot) => T): (snapshot: Snapshot) => T {
  const known = new WeakMap<Snapshot, T>();
  return (snapshot) => {
    const have = known.get(snapshot);
    if (have !== undefined) return have;
    const made = compute(snapshot);
    known.set(snapshot, made);
    return made;
  };
}
