import { createGunzip } from 'node:zlib';
import { InputError } from '../errors.ts';
import { type ReadLimits } from '../limits.ts';
import { errorCode, RATIO_FLOOR } from './open-bytes.ts';

/** Holds what an archive expands to against what it takes. */
export interface ExpansionGuard {
  /** So many bytes were read … */
  readonly took: (bytes: number) => void;
  /** … and so many came out; throws `InputError` when that is out of all proportion. */
  readonly gave: (bytes: number) => void;
}

/** Counts over a whole archive. */
export function expansionGuard(archive: string, limits: ReadLimits): ExpansionGuard {
  let taken = 0;
  let given = 0;
  return {
    took(bytes) {
      taken += bytes;
    },
    gave(bytes) {
      given += bytes;
      const allowed = Math.min(limits.archiveBytes, Math.max(RATIO_FLOOR, taken * limits.compressionRatio));
      if (given <= allowed) return;
      throw new InputError({
        code: 'KROOT_INPUT_TOO_LARGE',
        file: archive,
        problem: `the archive expands to more than ${allowed} bytes`,
        next: 'check where the file comes from, or unpack it and name the folders you mean',
      });
    },
  };
}

/** Undoes gzip piece by piece, within the limits. */
export async function* gunzipped(
  stream: AsyncIterable<Uint8Array>,
  archive: string,
  limits: ReadLimits,
): AsyncGenerator<Uint8Array> {
  const guard = expansionGuard(archive, limits);
  const gunzip = createGunzip();
  const feeding = feed(stream, gunzip, guard);
  // It comes out of the reading side too; without a handler from the start it would end the process.
  feeding.catch(() => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      guard.gave(chunk.length);
      yield chunk;
    }
    await feeding;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const isCut = errorCode(error) === 'Z_BUF_ERROR';
    throw new InputError({
      code: 'KROOT_INPUT_SYNTAX',
      file: archive,
      problem: isCut ? 'the archive is cut off' : 'the gzip data is damaged',
      next: 'copy the file again',
      cause: error,
    });
  } finally {
    gunzip.destroy();
    await feeding.catch(() => undefined);
  }
}

async function feed(
  stream: AsyncIterable<Uint8Array>,
  gunzip: ReturnType<typeof createGunzip>,
  guard: ExpansionGuard,
): Promise<void> {
  try {
    for await (const chunk of stream) {
      if (gunzip.destroyed) return;
      guard.took(chunk.length);
      if (!gunzip.write(chunk)) await drained(gunzip);
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error instanceof Error ? error : undefined);
    throw error;
  }
}

function drained(gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      gunzip.off('drain', done);
      gunzip.off('close', done);
      resolve();
    };
    gunzip.on('drain', done);
    gunzip.on('close', done);
  });
}

/** The same bytes, counted. */
export async function* counted(
  stream: AsyncIterable<Uint8Array>,
  archive: string,
  limits: ReadLimits,
): AsyncGenerator<Uint8Array> {
  const guard = expansionGuard(archive, limits);
  for await (const chunk of stream) {
    guard.took(chunk.length);
    guard.gave(chunk.length);
    yield chunk;
  }
}
