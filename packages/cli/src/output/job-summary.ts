import { appendFile, stat } from 'node:fs/promises';

/** GitHub refuses the whole summary of a step that is larger. */
const MAX_BYTES = 1024 * 1024;

/** Adds a report to the summary of a job; gives what is to be said when that cannot be. It is an extra, and fails nothing. */
export async function appendSummary(path: string, markdown: string): Promise<string | undefined> {
  try {
    const before = await stat(path).then(
      ({ size }) => size,
      () => 0,
    );
    if (before + Buffer.byteLength(markdown) + 1 > MAX_BYTES) return `${path} has no room for the job summary`;
    await appendFile(path, `${markdown}\n`);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return `the job summary cannot be written to ${path} (${code})`;
  }
}
