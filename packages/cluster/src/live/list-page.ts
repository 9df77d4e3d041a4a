import { ByteCursor, internTable, odd, OddBytes, type Interned } from '../bytes/cursor.ts';
import { itemReader, type ItemReader } from '../bytes/item-reader.ts';
import { type ReadItem } from '../bytes/list-reader.ts';
import { member, text } from '../guards.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { rowReader } from './secret-rows.ts';
import { apiVersionOf, isToday, type ServedApi } from './served-api.ts';
import { TransportError } from './transport-error.ts';

/** One page of a list. */
export interface ListPage {
  readonly items: readonly ReadItem[];
  /** The token for the next page; undefined on the last. */
  readonly next: string | undefined;
}

/** Reads the pages of one list. */
export interface PageReader {
  /** The token for the next page as soon as possible: it stands before the items, in nearly every answer. */
  peek(body: Uint8Array): string | undefined;
  /** Throws a `TransportError` (bad-response) for everything but a page of the list. */
  read(body: Uint8Array): ListPage;
}

/** The bytes of one answer, taken apart: where the members begin. */
interface Envelope {
  readonly cursor: ByteCursor;
  readonly positions: ReadonlyMap<string, number>;
}

/** Makes a reader for the lists of one resource. Nothing of an answer that is not kept becomes a JavaScript value. */
export function pageReader(api: ServedApi, interned: Interned = internTable()): PageReader {
  const isTable = api.key === 'Secret';
  const itemsName = isTable ? 'rows' : 'items';
  const needed = ['kind', 'apiVersion', 'metadata', itemsName, ...(isTable ? ['columnDefinitions'] : [])];
  const readRow = isTable ? rowReader(api) : undefined;
  const readObject =
    !isTable && isToday(api) ? itemReader({ apiVersion: apiVersionOf(api), kind: api.kind }) : undefined;

  function readBody(body: Uint8Array): ListPage {
    let envelope = open(new ByteCursor(body, DEFAULT_LIMITS.jsonDepth, interned), itemsName);
    // In nearly every answer the items are the last member, and one look at them is enough.
    const inOrder = needed.every((name) => envelope.positions.has(name));
    if (!inOrder) envelope = open(new ByteCursor(body, DEFAULT_LIMITS.jsonDepth, interned), undefined);
    if (!isListOf(api, isTable, valueAt(envelope, 'kind'), valueAt(envelope, 'apiVersion'))) odd();
    const columns = valueAt(envelope, 'columnDefinitions');
    const { cursor } = envelope;
    cursor.at = envelope.positions.get(itemsName) ?? odd();
    cursor.depth = 1;
    const items = readRow === undefined ? readItems(cursor, readObject) : readRow(cursor, columns);
    if (inOrder) close(envelope);
    return { items, next: tokenIn(envelope) };
  }

  return {
    peek(body) {
      try {
        return tokenIn(open(new ByteCursor(body, DEFAULT_LIMITS.jsonDepth, interned), itemsName));
      } catch (error) {
        if (error instanceof OddBytes) return undefined;
        throw error;
      }
    },
    read(body) {
      try {
        return readBody(body);
      } catch (error) {
        if (!(error instanceof OddBytes)) throw error;
        throw new TransportError('bad-response', `the answer is no list of ${api.resource}`);
      }
    },
  };
}

/** Goes over the members of the outermost object; `until` names one that ends the search. */
function open(cursor: ByteCursor, until: string | undefined): Envelope {
  const positions = new Map<string, number>();
  for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) {
    const name = cursor.key();
    if (positions.has(name)) odd();
    cursor.peek();
    positions.set(name, cursor.at);
    if (name === until) return { cursor, positions };
    cursor.skip();
  }
  if (cursor.peek() !== -1) odd();
  return { cursor, positions };
}

/** Goes from behind a member to the end of the answer, which must be one. */
function close({ cursor, positions }: Envelope): void {
  while (cursor.next(0x7b)) {
    if (positions.has(cursor.key())) odd();
    cursor.skip();
  }
  if (cursor.peek() !== -1) odd();
}

function valueAt({ cursor, positions }: Envelope, name: string): unknown {
  const at = positions.get(name);
  if (at === undefined) return undefined;
  const before = cursor.at;
  cursor.at = at;
  const value = cursor.value();
  cursor.at = before;
  return value;
}

function tokenIn(envelope: Envelope): string | undefined {
  return text(member(valueAt(envelope, 'metadata'), 'continue'));
}

/** The list kind of a custom resource is the author's choice; that of a built-in one is not. */
function isListOf(api: ServedApi, isTable: boolean, kind: unknown, apiVersion: unknown): boolean {
  if (isTable) return kind === 'Table';
  if (apiVersion !== apiVersionOf(api)) return false;
  return kind === `${api.kind}List` || (api.key !== api.kind && text(kind)?.endsWith('List') === true);
}

function readItems(cursor: ByteCursor, read: ItemReader | undefined): readonly ReadItem[] {
  const items: ReadItem[] = [];
  for (let more = cursor.enter(0x5b); more; more = cursor.next(0x5b)) items.push(readItem(cursor, read));
  return items;
}

function readItem(cursor: ByteCursor, read: ItemReader | undefined): ReadItem {
  const { at, depth } = cursor;
  try {
    if (read !== undefined) return read(cursor);
  } catch (error) {
    if (!(error instanceof OddBytes)) throw error;
    cursor.at = at;
    cursor.depth = depth;
  }
  return { state: 'plain', value: cursor.value() };
}
