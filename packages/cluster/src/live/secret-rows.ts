import { type ByteCursor, odd, OddBytes } from '../bytes/cursor.ts';
import { metaReader, type MetaReader } from '../bytes/meta-reader.ts';
import { type ReadItem } from '../bytes/list-reader.ts';
import { elements, member, setOwn, text } from '../guards.ts';
import { assembleObject, isKeptOfSecret } from '../projection/project.ts';
import { type ServedApi } from './served-api.ts';

/** Reads the rows of a Table of Secrets, before which the cursor stands. */
export type RowReader = (cursor: ByteCursor, columns: unknown) => readonly ReadItem[];

/** Where the server says which fields of the data a manager wrote; `stringData` is what server-side apply may call it. */
const DATA_FIELDS: ReadonlySet<string> = new Set(['f:data', 'f:stringData']);

/** A row that could not be read is nothing that a snapshot keeps, and makes the list incomplete. */
const UNREADABLE: ReadItem = { state: 'plain', value: null };

/**
 * Secrets from rows with metadata: name and type, and the names of the keys from managedFields, which the number of keys in
 * the row proves to be all. The values are not in the answer, except in annotations such as last-applied-configuration:
 * those are skipped as bytes.
 */
export function rowReader({ kind }: ServedApi): RowReader {
  const readMeta = metaReader(isKeptOfSecret);
  return (cursor, columns) => {
    const names = elements(columns).map((column) => text(member(column, 'name'))?.toLowerCase());
    const cells = { type: names.indexOf('type'), count: names.indexOf('data') };
    if (cells.type === -1 || cells.count === -1) odd();
    const items: ReadItem[] = [];
    for (let more = cursor.enter(0x5b); more; more = cursor.next(0x5b))
      items.push(readRow(cursor, { kind, readMeta, cells }));
    return items;
  };
}

interface RowPlan {
  readonly kind: string;
  readonly readMeta: MetaReader;
  /** Indexes of columns. */
  readonly cells: { readonly type: number; readonly count: number };
}

function readRow(cursor: ByteCursor, plan: RowPlan): ReadItem {
  const { at, depth } = cursor;
  cursor.skip();
  const end = cursor.at;
  cursor.at = at;
  try {
    return readWhole(cursor, plan);
  } catch (error) {
    if (!(error instanceof OddBytes)) throw error;
    return UNREADABLE;
  } finally {
    cursor.at = end;
    cursor.depth = depth;
  }
}

function readWhole(cursor: ByteCursor, { kind, readMeta, cells }: RowPlan): ReadItem {
  const row = membersOf(cursor);
  cursor.at = row.get('cells') ?? odd();
  const values = elements(cursor.value());
  cursor.at = row.get('object') ?? odd();
  const metadata = membersOf(cursor).get('metadata') ?? odd();
  cursor.at = metadata;
  const meta = readMeta(cursor);
  cursor.at = metadata;
  const keys = readDataKeys(cursor);
  const type = text(values[cells.type]);
  const isProved = Number(values[cells.count]) === keys.size;
  const data: Record<string, null> = {};
  for (const key of keys) setOwn(data, key, null);
  return assembleObject(kind, meta, type === undefined ? {} : { type }, isProved ? { data } : {});
}

/** Where the values of an object's members begin. */
function membersOf(cursor: ByteCursor): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) {
    const name = cursor.key();
    cursor.peek();
    positions.set(name, cursor.at);
    cursor.skip();
  }
  return positions;
}

/** The keys that anyone owns, of the metadata before which the cursor stands. */
function readDataKeys(cursor: ByteCursor): ReadonlySet<string> {
  const keys = new Set<string>();
  const at = membersOf(cursor).get('managedFields');
  if (at === undefined) return keys;
  cursor.at = at;
  for (let more = cursor.enter(0x5b); more; more = cursor.next(0x5b)) {
    const fields = membersOf(cursor).get('fieldsV1');
    const end = cursor.at;
    if (fields !== undefined) {
      cursor.at = fields;
      for (const [name, position] of membersOf(cursor)) if (DATA_FIELDS.has(name)) addKeys(cursor, position, keys);
    }
    cursor.at = end;
  }
  return keys;
}

function addKeys(cursor: ByteCursor, at: number, keys: Set<string>): void {
  cursor.at = at;
  for (const name of membersOf(cursor).keys()) if (name.startsWith('f:')) keys.add(name.slice(2));
}
