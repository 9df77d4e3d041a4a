import { type FieldsChange, type KubernetesObject, type ObjectMeta } from '@kroot/types';
import { setOwn, type JsonObject } from '../guards.ts';
import { UNKNOWN_KEYS } from '../projection/project.ts';

/** Kinds of which a snapshot keeps key names. */
const KEYED: ReadonlySet<string> = new Set(['ConfigMap', 'Secret']);

/**
 * An object of a snapshot in the shape that the API has, so that reading it gives the same object again and other tools can
 * read it too: key names become keys without values, and changes become managedFields.
 */
export function toApiShape(object: KubernetesObject): JsonObject {
  const { dataKeys, metadata, ...body } = object as KubernetesObject & {
    readonly dataKeys?: readonly string[];
    readonly data?: JsonObject;
  };
  const shaped = { ...body, metadata: metaShape(metadata) };
  if (dataKeys === undefined) return KEYED.has(object.kind) ? { ...shaped, dataKeys: UNKNOWN_KEYS } : shaped;
  if (object.kind === 'Secret') return { ...shaped, data: withoutValues(dataKeys) };
  // Values that were too long to keep: the key names of binaryData count as much.
  const { data } = body;
  const dropped = dataKeys.filter((key) => data === undefined || !Object.hasOwn(data, key));
  return dropped.length === 0 ? shaped : { ...shaped, binaryData: withoutValues(dropped) };
}

function withoutValues(keys: readonly string[]): Record<string, null> {
  const data: Record<string, null> = {};
  for (const key of keys) setOwn(data, key, null);
  return data;
}

function metaShape({ changes, ...meta }: ObjectMeta): JsonObject {
  return changes === undefined ? { ...meta } : { ...meta, managedFields: changes.map((change) => managed(change)) };
}

/** The inverse of `readChanges`: the paths are FieldsV1 again, two levels deep at most. */
function managed({ paths, ...change }: FieldsChange): JsonObject {
  const fields: Record<string, Record<string, JsonObject>> = {};
  for (const path of paths) {
    const [, parent, below] = /^(metadata|spec|status)\.(.*)$/s.exec(path) ?? [];
    const name = `f:${parent ?? path}`;
    const inner: Record<string, JsonObject> = Object.hasOwn(fields, name) ? (fields[name] ?? {}) : {};
    setOwn(fields, name, inner);
    if (below !== undefined) setOwn(inner, `f:${below}`, {});
  }
  return { ...change, fieldsV1: fields };
}
