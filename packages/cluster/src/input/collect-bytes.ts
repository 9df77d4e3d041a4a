import { InputError } from '../errors.ts';
import { type ReadLimits } from '../limits.ts';

/** Puts an entry of an archive together; one that is too large is read to its end all the same, to get at the next. */
export async function collectBytes(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  limits: ReadLimits,
): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size <= limits.fileBytes) kept.push(chunk);
    else kept.length = 0;
  }
  if (size > limits.fileBytes) throw tooLarge(file, limits);
  return kept.length === 1 && kept[0] !== undefined ? kept[0] : Buffer.concat(kept);
}

/** The last bytes of a stream. */
export async function collectEnd(chunks: AsyncIterable<Uint8Array>, bytes: number): Promise<Uint8Array> {
  const end = tailOf(bytes);
  for await (const chunk of chunks) end.push(chunk);
  return end.bytes();
}

/** A file beyond the limit. */
export function tooLarge(file: string, limits: ReadLimits): InputError {
  return new InputError({
    code: 'KROOT_INPUT_TOO_LARGE',
    file,
    problem: `larger than ${limits.fileBytes} bytes`,
    next: 'split it by namespace or kind and name all the parts',
  });
}

/** The last bytes of what is pushed. */
export interface Tail {
  readonly push: (chunk: Uint8Array) => void;
  readonly bytes: () => Uint8Array;
}

/** Keeps the last `limit` bytes, and never more than twice as many. */
export function tailOf(limit: number): Tail {
  let kept: Uint8Array[] = [];
  let size = 0;
  const bytes = (): Uint8Array => {
    const all = Buffer.concat(kept);
    return all.subarray(Math.max(0, all.length - limit));
  };
  return {
    push(chunk) {
      // A copy: a view would keep the whole of what it is a part of.
      const part = Uint8Array.prototype.slice.call(chunk, Math.max(0, chunk.length - limit));
      kept.push(part);
      size += part.length;
      if (size < 2 * limit) return;
      kept = [Uint8Array.from(bytes())];
      size = limit;
    },
    bytes,
  };
}
