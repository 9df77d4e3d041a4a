import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Extract } from 'tar-stream';
import { InputError } from '../errors.ts';
import { type ReadLimits } from '../limits.ts';
import { entryPath, isHidden, staysInside } from './archive-path.ts';
import { collectBytes, collectEnd } from './collect-bytes.ts';
import { type InputEntry, type LeftOut } from './entry.ts';

type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

/** Old archives have no magic word; the types do not know of the option. */
const OPTIONS: Parameters<typeof extract>[0] & { readonly allowUnknownFormat: boolean } = { allowUnknownFormat: true };

/** The files of a tar archive in its order. An entry that was not read when the next one is asked for is passed over. */
export async function* tarEntries(
  stream: AsyncIterable<Uint8Array>,
  archive: string,
  limits: ReadLimits,
  skipped: LeftOut,
): AsyncGenerator<InputEntry> {
  const reader = extract(OPTIONS);
  const end = endMark();
  // What goes wrong in the pipe comes out of the reader.
  const pipe = pipeline(Readable.from(end.watch(stream)), reader).catch(() => undefined);
  let count = 0;
  try {
    for await (const entry of reader) {
      count += 1;
      if (count > limits.files) throw tooMany(archive, limits);
      const path = readablePath(entry, skipped);
      if (path !== undefined) yield toEntry(path, `${archive}/${path}`, limits, () => chunksOf(entry, archive, count));
      entry.resume();
    }
  } catch (error) {
    throw asInputError(error, archive, count);
  } finally {
    reader.destroy();
    await pipe;
  }
  if (!end.seen()) throw cutOff(archive, undefined);
}

/** What the types promise, hostile archives need not keep. */
interface Loose {
  readonly name: string;
  readonly type: string | null;
  readonly linkname: string | null;
}

function readablePath({ header }: { readonly header: Loose }, skipped: LeftOut): string | undefined {
  const { name, type, linkname } = header;
  const path = entryPath(name);
  if (path === undefined) {
    // tar of the current folder begins with an entry for the folder itself.
    if (type !== 'directory' || !/^(?:\.?\/?)+$/.test(name)) skipped.add('path', name);
    return undefined;
  }
  if (type === 'directory' || isHidden(path)) return undefined;
  if (type === 'symlink' || type === 'link') {
    // Hard links name their file by its path in the archive.
    if (!staysInside(type === 'link' ? '' : path, linkname ?? '')) skipped.add('link', path);
  } else if (type === 'file' || type === 'contiguous-file') return path;
  else skipped.add('device', path);
  return undefined;
}

function toEntry(path: string, file: string, limits: ReadLimits, chunks: () => AsyncIterable<Uint8Array>): InputEntry {
  return {
    path,
    file,
    bytes: () => collectBytes(chunks(), file, limits),
    end: (bytes) => collectEnd(chunks(), bytes),
    chunks,
  };
}

async function* chunksOf(entry: Entry, archive: string, count: number): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    throw asInputError(error, archive, count);
  }
}

/** Archives end with blocks of zeros; without them, what was behind the last entry is not known to be all. */
function endMark(): {
  readonly watch: (stream: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>;
  readonly seen: () => boolean;
} {
  let zeros = 0;
  return {
    async *watch(stream) {
      for await (const chunk of stream) {
        let at = chunk.length;
        while (at > 0 && chunk[at - 1] === 0) at -= 1;
        zeros = at === 0 ? zeros + chunk.length : chunk.length - at;
        yield chunk;
      }
    },
    seen: () => zeros >= 512,
  };
}

/** An archive with more entries than a dump can have. */
export function tooMany(archive: string, limits: ReadLimits): InputError {
  return new InputError({
    code: 'KROOT_INPUT_TOO_LARGE',
    file: archive,
    problem: `the archive holds more than ${limits.files} entries`,
    next: 'pack only what you mean',
  });
}

function cutOff(archive: string, cause: unknown): InputError {
  return new InputError({
    code: 'KROOT_INPUT_SYNTAX',
    file: archive,
    problem: 'the archive is cut off',
    next: 'copy the file again',
    cause,
  });
}

function asInputError(error: unknown, archive: string, count: number): unknown {
  if (error instanceof InputError || !(error instanceof Error)) return error;
  if (error.message === 'Unexpected end of data') return cutOff(archive, error);
  return new InputError({
    code: 'KROOT_INPUT_SYNTAX',
    file: archive,
    problem: `the archive is damaged behind entry ${count}`,
    next: 'copy the file again',
    cause: error,
  });
}
