import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A body that is larger, decompressed, than it may be. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

const GUNZIP_CHUNK = 128 * 1024;

/** Reads a body to its end, decompressing as it comes. `onPiece` hears of every piece. */
export async function readBody(
  body: Readable,
  gzip: boolean,
  maxBytes: number,
  onPiece: () => void,
): Promise<Uint8Array> {
  const source: AsyncIterable<Buffer> = gzip ? gunzip(body) : body;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    onPiece();
    size += chunk.length;
    if (size > maxBytes) throw new TooLargeError();
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
}

function gunzip(body: Readable): AsyncIterable<Buffer> {
  // Failures reach whoever reads the result.
  return pipeline(body, createGunzip({ chunkSize: GUNZIP_CHUNK }), () => {});
}

/** Gives up the rest of a body. */
export function discard(body: Readable): void {
  body.on('error', () => {});
  body.destroy();
}
