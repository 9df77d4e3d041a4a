import { type FieldsChange, type ObjectMeta } from '@kroot/types';
import { newestFirst, topPaths } from '../projection/changes.ts';
import { isUsable, LAST_APPLIED, metaFields } from '../projection/meta.ts';
import { odd, type ByteCursor } from './cursor.ts';
import { objectPlan, readStrings, type ByteReader } from './field-reader.ts';

type Draft = Record<string, unknown>;
type ReadMeta = ObjectMeta & { readonly managedFields?: readonly FieldsChange[] };

/** Reads metadata as `readMeta` does; the value of last-applied never becomes a string. */
export type MetaReader = (cursor: ByteCursor) => ObjectMeta;

const MAX_KNOWN = 10_000;

/**
 * Makes a reader that remembers which sets of fields it has seen: a cluster has few. Annotations that are not kept never
 * become strings either.
 */
export function metaReader(keeps: (annotation: string) => boolean = () => true): MetaReader {
  const pathsOf = pathsReader();
  const { read } = objectPlan(
    { ...metaFields, managedFields: (value) => value },
    {
      annotations: (cursor) => readStrings(cursor, Infinity, (name) => name === LAST_APPLIED || !keeps(name)),
      managedFields: (cursor) => readChanges(cursor, pathsOf),
    },
  );
  return (cursor) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema is what makes it so
    const { managedFields: changes, ...meta } = read(cursor) as unknown as ReadMeta;
    if (!isUsable(meta)) odd();
    return changes === undefined ? meta : { ...meta, changes };
  };
}

function readChanges(cursor: ByteCursor, pathsOf: ByteReader): readonly FieldsChange[] {
  const changes: FieldsChange[] = [];
  for (let more = cursor.enter(0x5b); more; more = cursor.next(0x5b)) changes.push(readChange(cursor, pathsOf));
  return changes.length > 1 ? changes.toSorted(newestFirst) : changes;
}

function readChange(cursor: ByteCursor, pathsOf: ByteReader): FieldsChange {
  const change: Draft = {};
  for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) {
    const name = cursor.key();
    if (name === 'fieldsV1') {
      if (change['paths'] !== undefined) odd();
      change['paths'] = pathsOf(cursor);
    } else if (name === 'manager' || name === 'operation' || name === 'subresource' || name === 'time') {
      if (change[name] !== undefined) odd();
      change[name] = cursor.string();
      if (change[name] === '') odd();
    } else cursor.skip();
  }
  const { manager, operation, subresource, time, paths } = change;
  if (manager === undefined || paths === undefined) odd();
  // In one order, whatever the input's.
  const ordered: Draft = { manager };
  if (operation !== undefined) ordered['operation'] = operation;
  if (subresource !== undefined) ordered['subresource'] = subresource;
  if (time !== undefined) ordered['time'] = time;
  ordered['paths'] = paths;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- four strings, and what `topPaths` gave
  return ordered as unknown as FieldsChange;
}

/** Reads the two upper levels of a FieldsV1, which is all that `topPaths` looks at. */
function pathsReader(): ByteReader {
  const known = new Map<string, readonly string[]>();
  return (cursor) => {
    let signature = '';
    const skeleton: Record<string, Record<string, null>> = {};
    for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) {
      const name = cursor.key();
      const inner: Record<string, null> = {};
      if (name === '__proto__' || Object.hasOwn(skeleton, name) || cursor.peek() !== 0x7b) odd();
      skeleton[name] = inner;
      signature += `${name}\n`;
      for (let moreBelow = cursor.enter(0x7b); moreBelow; moreBelow = cursor.next(0x7b)) {
        const below = cursor.key();
        if (below === '__proto__') odd();
        inner[below] = null;
        signature += `\t${below}\n`;
        cursor.skip();
      }
    }
    const found = known.get(signature);
    if (found !== undefined) return found;
    const paths = topPaths(skeleton);
    if (known.size < MAX_KNOWN) known.set(signature, paths);
    return paths;
  };
}
