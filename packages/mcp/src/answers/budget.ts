/** What an answer may be long, in characters of its text and of its JSON: about 2000 tokens each. */
export const MAX_ANSWER = 8000;

/** What items of a list may take of it: the rest is for what stands around them. */
const MAX_ITEMS = 5500;

/** As many of the first items as fit, at least one. */
export function fitting<T>(items: readonly T[], limit: number, size: (item: T) => number = jsonSize): readonly T[] {
  let used = 0;
  let count = 0;
  for (const item of items.slice(0, limit)) {
    used += size(item);
    if (count > 0 && used > MAX_ITEMS) break;
    count += 1;
  }
  return items.slice(0, count);
}

/** Lists are cut shorter until the whole fits; what was left out is counted where `build` says so. */
export function fitted<T>(build: (cap: number) => T, size: (value: T) => number = jsonSize): T {
  let value = build(12);
  for (const cap of [8, 5, 3, 2, 1]) {
    if (size(value) <= MAX_ANSWER) break;
    value = build(cap);
  }
  return value;
}

function jsonSize(value: unknown): number {
  return JSON.stringify(value).length;
}
