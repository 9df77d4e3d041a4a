import { stripVTControlCharacters } from 'node:util';
import { withoutCredentials } from './log-redaction.ts';

/** How much of a log is kept. */
export const LOG_LIMITS = { bytes: 16_384, lines: 40, columns: 400 } as const;

// oxlint-disable-next-line no-control-regex -- they are what is taken out
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** As kubelet and container runtimes put them in front of a line, if asked to. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) (?:std(?:out|err) [FP] )?/;

/**
 * The last lines of a log, oldest first, without empty ones, control characters and what looks like a credential. A first
 * line that the limit may have cut is left out.
 */
export function logLines(bytes: Uint8Array): readonly string[] {
  const start = Math.max(0, bytes.length - LOG_LIMITS.bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.length - start).toString('utf8');
  return withoutCredentials(plainText(start === 0 ? text : afterFirstLine(text)))
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-LOG_LIMITS.lines)
    .map((line) => (line.length > LOG_LIMITS.columns ? `${line.slice(0, LOG_LIMITS.columns - 1)}…` : line));
}

/** Half a line may hold half a credential, which nothing would recognise. */
function afterFirstLine(text: string): string {
  const end = text.indexOf('\n');
  return end === -1 ? '' : text.slice(end + 1);
}

/** What stands between the letters of a credential would hide it from the patterns, so it goes first. */
function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(CONTROL, '')
    .split('\n')
    .map((line) => line.replace(TIMESTAMP, ''))
    .join('\n');
}
