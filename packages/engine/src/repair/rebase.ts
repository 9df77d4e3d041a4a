import { equalJson, isObject, member, nameOf, without } from './json.ts';

/**
 * Does to a copy what was done to its original, and keeps what the copy has of its own: a pod gets the change of its
 * template and keeps the volumes, variables and tolerations that admission gave it.
 */
export function rebase(copy: unknown, before: unknown, after: unknown): unknown {
  if (equalJson(before, after)) return copy;
  if (Array.isArray(after) && Array.isArray(copy)) return rebaseList(copy, Array.isArray(before) ? before : [], after);
  if (!isObject(after) || !isObject(copy)) return after;
  let result = copy;
  for (const key of new Set([...Object.keys(after), ...(isObject(before) ? Object.keys(before) : [])])) {
    const next = member(after, key);
    result =
      next === undefined
        ? without(result, key)
        : { ...result, [key]: rebase(member(result, key), member(before, key), next) };
  }
  return result;
}

function rebaseList(copy: readonly unknown[], before: readonly unknown[], after: readonly unknown[]): unknown {
  const named = [...copy, ...before, ...after].every((entry) => nameOf(entry) !== undefined);
  if (!named) {
    const own = copy.filter((entry) => !before.some((old) => equalJson(old, entry)));
    return [...after, ...own.filter((entry) => !after.some((next) => equalJson(next, entry)))];
  }
  const wanted = after.map((entry) => {
    const name = nameOf(entry);
    const mine = find(copy, name);
    return mine === undefined ? entry : rebase(mine, find(before, name), entry);
  });
  const own = copy.filter((entry) => {
    const name = nameOf(entry);
    return find(before, name) === undefined && find(after, name) === undefined;
  });
  return [...wanted, ...own];
}

function find(list: readonly unknown[], name: string | undefined): unknown {
  return list.find((entry) => nameOf(entry) === name);
}
