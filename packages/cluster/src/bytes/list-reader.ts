import { isObject, text, type JsonObject } from '../guards.ts';
import { type Projected } from '../projection/project.ts';
import { ByteCursor, odd, OddBytes } from './cursor.ts';
import { itemReader, type ItemReader } from './item-reader.ts';

/** A list that has been read from bytes. */
export interface ReadList {
  /** Everything but the items, which are empty here. */
  readonly head: JsonObject;
  /** The items in order: as the snapshot keeps them, or plain where the fast way could not be taken. */
  readonly items: readonly ReadItem[];
}

/** One item: read, or the parsed value, which has yet to be looked at. */
export type ReadItem = Projected | { readonly state: 'plain'; readonly value: unknown };

/**
 * Reads a list of objects, which nearly every large input is, without making values of what a snapshot does not keep. Gives
 * undefined for every other document and for whatever is not quite right, so that the slow way takes it or tells the fault.
 * Values that are left out are not checked beyond their quotes and brackets.
 */
export function readList(bytes: Uint8Array, maxDepth: number): ReadList | undefined {
  try {
    return readDocument(new ByteCursor(bytes, maxDepth));
  } catch (error) {
    if (error instanceof OddBytes) return undefined;
    throw error;
  }
}

function readDocument(cursor: ByteCursor): ReadList {
  let items: readonly ReadItem[] | undefined;
  let inner: readonly [number, number] = [0, 0];
  for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) {
    const name = cursor.key();
    if (name === 'items') {
      if (items !== undefined) odd();
      cursor.peek();
      const start = cursor.at;
      items = readItems(cursor, itemReader());
      inner = [start, cursor.at];
    } else if (name === 'kind' && cursor.peek() === 0x22) {
      if (!cursor.string().endsWith('List')) odd();
    } else cursor.skip();
  }
  if (items === undefined || items.length === 0 || cursor.peek() !== -1) odd();
  return { head: readHead(cursor.bytes, inner), items };
}

function readHead(bytes: Buffer, [start, end]: readonly [number, number]): JsonObject {
  const source = `${bytes.toString('utf8', 0, start)}[]${bytes.toString('utf8', end)}`;
  let head: unknown;
  try {
    head = JSON.parse(source);
  } catch {
    odd();
  }
  return isObject(head) && (head['kind'] === undefined || text(head['kind'])?.endsWith('List') === true) ? head : odd();
}

function readItems(cursor: ByteCursor, read: ItemReader): readonly ReadItem[] {
  const items: ReadItem[] = [];
  for (let more = cursor.enter(0x5b); more; more = cursor.next(0x5b)) items.push(readItem(cursor, read));
  return items;
}

function readItem(cursor: ByteCursor, read: ItemReader): ReadItem {
  const { at, depth } = cursor;
  try {
    return read(cursor);
  } catch (error) {
    if (!(error instanceof OddBytes)) throw error;
    cursor.at = at;
    cursor.depth = depth;
    return { state: 'plain', value: cursor.value() };
  }
}
