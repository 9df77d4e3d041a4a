import { isObject, member, without } from './json.ts';

/** What tells the entries of a list apart in a strategic merge patch; lists that are not named are replaced. */
const MERGE_KEYS: ReadonlyMap<string, string> = new Map([
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['ephemeralContainers', 'name'],
  ['env', 'name'],
  ['volumes', 'name'],
  ['volumeMounts', 'mountPath'],
  ['imagePullSecrets', 'name'],
  ['secrets', 'name'],
  ['hostAliases', 'ip'],
  ['webhooks', 'name'],
]);

/** Applies a JSON merge patch (RFC 7386): null removes, lists are replaced. */
export function applyMergePatch(value: unknown, patch: unknown): unknown {
  return merge(value, patch, () => undefined);
}

/**
 * Applies a strategic merge patch: as a merge patch, but lists whose entries have a key are merged by it.
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function applyStrategicPatch(value: unknown, patch: unknown): unknown {
  return merge(value, patch, (field) => MERGE_KEYS.get(field));
}

function merge(value: unknown, patch: unknown, keyOf: (field: string) => string | undefined): unknown {
  if (!isObject(patch)) return patch;
  let result = isObject(value) ? value : {};
  for (const [field, change] of Object.entries(patch)) {
    const key = keyOf(field);
    const there = member(result, field);
    if (change === null) result = without(result, field);
    else if (Array.isArray(change) && key !== undefined) {
      result = { ...result, [field]: mergeList(Array.isArray(there) ? there : [], change, { key, keyOf }) };
    } else result = { ...result, [field]: merge(there, change, keyOf) };
  }
  return result;
}

function mergeList(
  list: readonly unknown[],
  patch: readonly unknown[],
  { key, keyOf }: { readonly key: string; readonly keyOf: (field: string) => string | undefined },
): readonly unknown[] {
  const changes = new Map(patch.map((entry) => [member(entry, key), entry]));
  const merged = list.map((entry) => {
    const name = member(entry, key);
    return changes.has(name) ? merge(entry, changes.get(name), keyOf) : entry;
  });
  const known = new Set(list.map((entry) => member(entry, key)));
  return [...merged, ...patch.filter((entry) => !known.has(member(entry, key)))];
}
