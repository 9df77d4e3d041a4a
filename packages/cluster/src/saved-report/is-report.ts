import { open } from 'node:fs/promises';

/** Far more than what stands in front of the version. */
const HEAD_BYTES = 4096;

/** Whether a text begins as the JSON of a report does, which tells its version before anything else. */
function beginsReport(head: string): boolean {
  return /^\uFEFF?\s*\{[^[]{0,1000}"schema_version"\s*:/.test(head);
}

/** The same for a stream that can be read once only; gives a stream with all of its bytes. */
export async function isReportStream(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ readonly report: boolean; readonly all: AsyncIterable<Uint8Array> }> {
  const rest = stream[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as they come
    const next: IteratorResult<Uint8Array, unknown> = await rest.next();
    if (next.done === true) break;
    read.push(next.value);
    size += next.value.length;
  }
  const head = Buffer.concat(read).toString('utf8', 0, HEAD_BYTES);
  return { report: beginsReport(head), all: joined(read, rest) };
}

async function* joined(read: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* read;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** Whether a file is the JSON of a report rather than objects. */
export async function isReport(path: string): Promise<boolean> {
  const handle = await open(path).catch(() => undefined);
  // What cannot be opened is told by whoever reads it.
  if (handle === undefined) return false;
  try {
    const { isFile, head } = await headOf(handle);
    return isFile && beginsReport(head);
  } finally {
    await handle.close();
  }
}

async function headOf(
  handle: Awaited<ReturnType<typeof open>>,
): Promise<{ readonly isFile: boolean; readonly head: string }> {
  const info = await handle.stat();
  // Pipes can be read once only.
  if (!info.isFile()) return { isFile: false, head: '' };
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return { isFile: true, head: buffer.subarray(0, bytesRead).toString('utf8') };
}
