/** The same documents with the items of every list in another order; the same one each time. */
export function shuffled(documents: readonly unknown[], seed: number): readonly unknown[] {
  const random = generator(seed);
  const shuffle = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || !('items' in value) || !Array.isArray(value.items)) return value;
    return { ...value, items: inDisorder(value.items, random).map((item) => shuffle(item)) };
  };
  return documents.map((document) => shuffle(document));
}

function inDisorder(items: readonly unknown[], random: () => number): readonly unknown[] {
  return items
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Park and Miller: enough for disorder. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
}
