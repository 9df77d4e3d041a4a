import { type FieldsChange, compareStrings } from '@kroot/types';
import { elements, isObject, text } from '../guards.ts';

/** Parts of an object of which the second level is worth knowing; of the others (data, rules …) it is long lists of keys. */
const TWO_LEVELS: ReadonlySet<string> = new Set(['metadata', 'spec', 'status']);

/**
 * Turns metadata.managedFields into who changed which top-level parts when, newest first. Subresource entries stay, marked
 * as such. The format is FieldsV1: member names are prefixed with `f:`.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function readChanges(managedFields: unknown): readonly FieldsChange[] | undefined {
  if (!Array.isArray(managedFields)) return undefined;
  const changes = elements(managedFields).flatMap((entry) => {
    const manager = isObject(entry) ? text(entry['manager']) : undefined;
    return isObject(entry) && manager !== undefined ? [toChange(entry, manager)] : [];
  });
  return changes.toSorted(newestFirst);
}

function toChange(entry: Readonly<Record<string, unknown>>, manager: string): FieldsChange {
  const operation = text(entry['operation']);
  const subresource = text(entry['subresource']);
  const time = text(entry['time']);
  return {
    manager,
    ...(operation !== undefined && { operation }),
    ...(subresource !== undefined && { subresource }),
    ...(time !== undefined && { time }),
    paths: topPaths(entry['fieldsV1']),
  };
}

/** The paths of a FieldsV1, two levels deep at most. */
export function topPaths(fields: unknown): readonly string[] {
  const paths: string[] = [];
  for (const [name, below] of members(fields)) {
    const inner = TWO_LEVELS.has(name) ? members(below) : [];
    if (inner.length === 0) paths.push(name);
    else for (const [second] of inner) paths.push(`${name}.${second}`);
  }
  return paths.toSorted(compareStrings);
}

function members(fields: unknown): readonly (readonly [string, unknown])[] {
  if (!isObject(fields)) return [];
  return Object.entries(fields).flatMap(([name, value]) =>
    name.startsWith('f:') ? [[name.slice(2), value] as const] : [],
  );
}

/** The order of changes: total, newest first. */
export function newestFirst(a: FieldsChange, b: FieldsChange): number {
  return (
    compareStrings(b.time ?? '', a.time ?? '') ||
    compareStrings(a.manager, b.manager) ||
    compareStrings(a.operation ?? '', b.operation ?? '') ||
    compareStrings(a.subresource ?? '', b.subresource ?? '') ||
    compareStrings(a.paths.join(), b.paths.join())
  );
}
