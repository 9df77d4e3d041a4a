import { createReadStream } from 'node:fs';
import { type ReadLimits } from '../limits.ts';
import { leftOut, type InputEntry, type LeftOut } from './entry.ts';
import { counted, gunzipped } from './expansion.ts';
import { fileType, readBytes, readHead, readPieces, readStream } from './files.ts';
import { folderEntries } from './folder-entries.ts';
import { archiveFormat, HEAD_BYTES, inflatedHead, isGzip } from './format.ts';
import { foreignError } from './open-bytes.ts';
import { tarEntries } from './tar-entries.ts';
import { zipEntries } from './zip-entries.ts';

/** What a name leads to: one file, or the files of a folder or an archive. */
export type OpenInput =
  | { readonly type: 'file'; readonly bytes: Uint8Array }
  /** One file that is to be read piece by piece. */
  | { readonly type: 'stream'; readonly chunks: AsyncIterable<Uint8Array> }
  | {
      readonly type: 'folder' | 'archive';
      readonly entries: AsyncIterable<InputEntry> | Iterable<InputEntry>;
      /** Complete when the entries are through. */
      readonly skipped: LeftOut;
    };

/** How to open an input. */
export interface OpenOptions {
  readonly limits: ReadLimits;
  /** Whether a file that begins like this is to be read piece by piece. */
  readonly isStream: (head: Uint8Array) => boolean;
}

/** Opens a file, a folder, an archive or a pipe; what it is, its content tells. Rejects with `InputError`. */
export async function openInput(name: string, options: OpenOptions): Promise<OpenInput> {
  const { limits } = options;
  const type = await fileType(name);
  if (type === 'pipe') return openStream(createReadStream(name), name, options);
  const skipped = leftOut();
  if (type === 'folder') return { type, entries: await folderEntries(name, limits, skipped), skipped };
  const head = await readHead(name, HEAD_BYTES);
  const format = known(head, name);
  if (format === undefined) {
    return options.isStream(isGzip(head) ? inflatedHead(head) : head)
      ? { type: 'stream', chunks: unpacked(readPieces(name), head, name, limits) }
      : { type: 'file', bytes: await readBytes(name, limits) };
  }
  const entries =
    format === 'zip'
      ? zipEntries(name, name, limits, skipped)
      : tarEntries(unpacked(readPieces(name), head, name, limits), name, limits, skipped);
  return { type: 'archive', entries, skipped };
}

/** The same for a stream; `name` is for messages. */
export async function openStream(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  options: OpenOptions,
): Promise<OpenInput> {
  const { limits } = options;
  const { head, all } = await peek(stream);
  const format = known(head, name);
  if (format === undefined) {
    return options.isStream(isGzip(head) ? inflatedHead(head) : head)
      ? { type: 'stream', chunks: unpacked(all, head, name, limits) }
      : { type: 'file', bytes: await readStream(all, name, limits) };
  }
  const skipped = leftOut();
  const entries =
    format === 'zip'
      ? zipEntries(await readStream(all, name, limits), name, limits, skipped)
      : tarEntries(unpacked(all, head, name, limits), name, limits, skipped);
  return { type: 'archive', entries, skipped };
}

function known(head: Uint8Array, name: string): 'tar' | 'zip' | undefined {
  const error = foreignError(head, name);
  if (error !== undefined) throw error;
  return archiveFormat(head);
}

function unpacked(
  stream: AsyncIterable<Uint8Array>,
  head: Uint8Array,
  name: string,
  limits: ReadLimits,
): AsyncIterable<Uint8Array> {
  return isGzip(head) ? gunzipped(stream, name, limits) : counted(stream, name, limits);
}

interface Peeked {
  readonly head: Uint8Array;
  readonly all: AsyncIterable<Uint8Array>;
}

/** Looks at the first bytes of a stream without taking them away. */
async function peek(stream: AsyncIterable<Uint8Array>): Promise<Peeked> {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  let next = await iterator.next();
  while (next.done !== true) {
    first.push(next.value);
    size += next.value.length;
    if (size >= HEAD_BYTES) break;
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    next = await iterator.next();
  }
  const rest = { [Symbol.asyncIterator]: () => iterator };
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* first;
    // An iterator that has ended goes on to say so.
    yield* rest;
  }
  return { head: Buffer.concat(first).subarray(0, HEAD_BYTES), all: all() };
}
