import { open } from 'node:fs/promises';

/** Far more than what stands in front of the version. */
const HEAD_BYTES = 4096;

/** Whether a file is the JSON of a report rather than objects. */
export async function isReport(path: string): Promise<boolean> {
  const handle = await open(path).catch(() => undefined);
  // What cannot be opened is told by whoever reads it.
  if (handle === undefined) return false;
  try {
    const { isFile, head } = await headOf(handle);
    return isFile && /^\uFEFF?\s*\{[^[]{0,1000}"schema_version"\s*:/.test(head);
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
