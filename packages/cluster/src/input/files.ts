import { createReadStream, type Stats } from 'node:fs';
import { open, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareStrings } from '@kroot/types';
import { InputError } from '../errors.ts';
import { type ReadLimits } from '../limits.ts';
import { errorCode } from './open-bytes.ts';

/** What the user named: a file, or the files of a folder. */
export interface InputFiles {
  readonly folder: boolean;
  readonly files: readonly string[];
}

/** Finds the files behind a name. Dot files are left out and symbolic links within a folder are not followed. */
export async function findFiles(
  name: string,
  limits: ReadLimits,
  skipped: ReadonlySet<string> = new Set(),
): Promise<InputFiles> {
  const info = await inspect(name);
  if (!info.isDirectory()) return { folder: false, files: [name] };
  const files: string[] = [];
  const pending = [name];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    // oxlint-disable-next-line no-await-in-loop -- one folder at a time keeps open handles few
    const entries = await readdir(folder, { withFileTypes: true }).catch(unreadable(folder));
    for (const entry of entries) {
      if (entry.name.startsWith('.') || (entry.isDirectory() && skipped.has(entry.name))) continue;
      if (entry.isDirectory()) pending.push(join(folder, entry.name));
      else if (entry.isFile()) files.push(join(folder, entry.name));
    }
    if (files.length > limits.files) {
      const problem = `the folder holds more than ${limits.files} files`;
      throw new InputError({ code: 'KROOT_INPUT_TOO_LARGE', file: name, problem, next: 'name the files you mean' });
    }
  }
  return { folder: true, files: files.toSorted(compareStrings) };
}

/** Reads a file whole, up to the limit; pipes such as `<(…)` too. */
export async function readBytes(file: string, limits: ReadLimits): Promise<Uint8Array> {
  const info = await inspect(file);
  if (info.size > limits.fileBytes) throw tooLarge(file, limits);
  if (info.isFile()) return readFile(file).catch(unreadable(file));
  return readStream(createReadStream(file), file, limits).catch(unreadable(file));
}

/** The end of a file. */
export async function readEnd(file: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(file).catch(unreadable(file));
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, bytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Reads a stream to its end, up to the limit. */
export async function readStream(
  stream: AsyncIterable<Uint8Array>,
  file: string,
  limits: ReadLimits,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limits.fileBytes) throw tooLarge(file, limits);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function inspect(name: string): Promise<Stats> {
  return stat(name).catch(unreadable(name));
}

function tooLarge(file: string, limits: ReadLimits): InputError {
  return new InputError({
    code: 'KROOT_INPUT_TOO_LARGE',
    file,
    problem: `larger than ${limits.fileBytes} bytes`,
    next: 'split it by namespace or kind and name all the parts',
  });
}

function unreadable(file: string): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof InputError) throw cause;
    const code = errorCode(cause);
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new InputError({
      code: missing ? 'KROOT_INPUT_NOT_FOUND' : 'KROOT_INPUT_UNREADABLE',
      file,
      problem: missing ? 'no such file or folder' : `cannot be read (${code ?? 'unknown error'})`,
      next: missing ? 'check the path' : 'check its permissions',
      cause,
    });
  };
}
