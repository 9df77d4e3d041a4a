/** Entries of which an earlier one has the same key, with their positions; what has no key is never twice. */
export function* twice<T>(
  entries: readonly T[],
  keyOf: (entry: T) => string | undefined,
): Generator<{ readonly entry: T; readonly index: number; readonly key: string; readonly first: number }> {
  const seen = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const key = keyOf(entry);
    if (key === undefined || key === '') continue;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else yield { entry, index, key, first };
  }
}
