import { createReadStream, type Stats } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { type ReadLimits } from '../limits.ts';
import { tooLarge } from './collect-bytes.ts';
import { errorCode } from './open-bytes.ts';

/** What a name stands for; a pipe can be read only once. */
export async function fileType(name: string): Promise<'folder' | 'file' | 'pipe'> {
  const info = await inspect(name);
  return info.isDirectory() ? 'folder' : info.isFile() ? 'file' : 'pipe';
}

/** The first bytes of a file. */
export async function readHead(file: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(file).catch(unreadable(file));
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Reads a file whole, up to the limit; pipes such as `<(…)` too. */
export async function readBytes(file: string, limits: ReadLimits): Promise<Uint8Array> {
  const info = await inspect(file);
  if (info.size > limits.fileBytes) throw tooLarge(file, limits);
  if (info.isFile()) return readFile(file).catch(unreadable(file));
  return readStream(createReadStream(file), file, limits).catch(unreadable(file));
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

/** Reads a file piece by piece. */
export async function* readPieces(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(file, { highWaterMark: PIECE })) {
      if (piece instanceof Uint8Array) yield piece;
    }
  } catch (error) {
    unreadable(file)(error);
  }
}

const PIECE = 1024 * 1024;

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

function inspect(name: string): Promise<Stats> {
  return stat(name).catch(unreadable(name));
}

/** Turns what the system says into an `InputError`. */
export function unreadable(file: string): (cause: unknown) => never {
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
