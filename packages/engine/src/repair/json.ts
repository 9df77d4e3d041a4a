/** A JSON object. Keys come from clusters: made and read by own properties only. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of an object; undefined for everything else. */
export function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The value at a path of members. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce(member, value);
}

/** The object without a member. */
export function without(value: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

/** The object with a member changed at a path; objects on the way are made where there are none. Undefined removes it. */
export function withValue(value: unknown, [key, ...rest]: readonly string[], next: unknown): unknown {
  if (key === undefined) return next;
  const object = isObject(value) ? value : {};
  const changed = withValue(member(object, key), rest, next);
  return changed === undefined ? without(object, key) : { ...object, [key]: changed };
}

/** Whether two JSON values are equal, whatever the order of members. */
export function equalJson(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    isObject(entry) ? Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1))) : entry,
  );
}

/** The name of an entry of a list, where entries are known by name: containers, volumes, variables. */
export function nameOf(entry: unknown): string | undefined {
  const name = member(entry, 'name');
  return typeof name === 'string' ? name : undefined;
}
