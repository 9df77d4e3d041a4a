import { fromBufferPromise, openPromise, type Entry, type ZipFile } from 'yauzl';
import { InputError } from '../errors.ts';
import { type ReadLimits } from '../limits.ts';
import { entryPath, isHidden } from './archive-path.ts';
import { collectBytes, collectEnd } from './collect-bytes.ts';
import { type InputEntry, type LeftOut } from './entry.ts';
import { expansionGuard } from './expansion.ts';
import { tooMany } from './tar-entries.ts';

const OPTIONS = { lazyEntries: true, decodeStrings: false, autoClose: false } as const;

/** The files of a zip archive, named or as bytes, in the order of its directory. */
export async function* zipEntries(
  source: string | Uint8Array,
  archive: string,
  limits: ReadLimits,
  skipped: LeftOut,
): AsyncGenerator<InputEntry> {
  const zip = await openZip(source).catch((error: unknown) => {
    throw damaged(archive, error);
  });
  try {
    if (zip.entryCount > limits.files) throw tooMany(archive, limits);
    const guard = expansionGuard(archive, limits);
    let packed = 0;
    for await (const entry of zip.eachEntry()) {
      packed += entry.compressedSize;
      // Entries that share their bytes make a small file expand without bounds.
      if (packed > zip.fileSize) throw damaged(archive, new Error('entries overlap'));
      const path = readablePath(entry, skipped);
      if (path === undefined) continue;
      const chunks = (): AsyncIterable<Uint8Array> => contents(zip, entry, archive, guard);
      const file = `${archive}/${path}`;
      yield {
        path,
        file,
        chunks,
        bytes: () => collectBytes(chunks(), file, limits),
        end: (bytes) => collectEnd(chunks(), bytes),
      };
    }
  } catch (error) {
    throw error instanceof InputError ? error : damaged(archive, error);
  } finally {
    zip.close();
  }
}

function openZip(source: string | Uint8Array): Promise<ZipFile> {
  return typeof source === 'string'
    ? openPromise(source, OPTIONS)
    : fromBufferPromise(Buffer.from(source.buffer, source.byteOffset, source.length), OPTIONS);
}

async function* contents(
  zip: ZipFile,
  entry: Entry,
  archive: string,
  guard: ReturnType<typeof expansionGuard>,
): AsyncGenerator<Uint8Array> {
  const stream: AsyncIterable<Uint8Array> = await zip.openReadStreamPromise(entry);
  guard.took(entry.compressedSize);
  try {
    for await (const chunk of stream) {
      guard.gave(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof InputError ? error : damaged(archive, error);
  }
}

const FILE_TYPE = 0o170_000;
const SYMLINK = 0o120_000;
const PLAIN_FILE = 0o100_000;

function readablePath(entry: Entry, skipped: LeftOut): string | undefined {
  const name = entry.fileNameRaw.toString('utf8');
  const path = entryPath(name);
  if (path === undefined) {
    skipped.add('path', name);
    return undefined;
  }
  if (/[\\/]$/.test(name) || isHidden(path)) return undefined;
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (type === SYMLINK) skipped.add('link', path);
  else if (type !== 0 && type !== PLAIN_FILE) skipped.add('device', path);
  else if (entry.isEncrypted()) skipped.add('encrypted', path);
  else return path;
  return undefined;
}

function damaged(archive: string, cause: unknown): InputError {
  return new InputError({
    code: 'KROOT_INPUT_SYNTAX',
    file: archive,
    problem: 'the zip archive is damaged or cut off',
    next: 'copy the file again',
    cause,
  });
}
