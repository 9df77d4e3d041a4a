import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { InputError } from '../errors.ts';
import { type ReadLimits } from '../limits.ts';
import { archiveFormat, foreignFormat, isGzip, isTable } from './format.ts';

const gunzipAsync = promisify(gunzip);
/** Up to here nothing is out of proportion. */
export const RATIO_FLOOR: number = 16 * 1024 * 1024;

/** Undoes what wraps a text: gzip, byte order mark, UTF-16. Gives UTF-8 bytes, or an `InputError` for what is no text at all. */
export async function openBytes(raw: Uint8Array, file: string, limits: ReadLimits): Promise<Uint8Array> {
  const bytes = isGzip(raw) ? await inflate(raw, file, limits) : raw;
  if (bytes.length === 0) {
    throw new InputError({
      code: 'KROOT_INPUT_EMPTY',
      file,
      problem: 'the file is empty',
      next: 'name a file with the output of kubectl get … -A -o json',
    });
  }
  const problem = notText(bytes, file);
  if (problem !== undefined) throw problem;
  const text = toUtf8(bytes);
  if (isTable(text)) {
    throw new InputError({
      code: 'KROOT_INPUT_NOT_KUBERNETES',
      file,
      problem: 'the file is a table (CSV, as k9s saves screens): it holds only the columns that were on display',
      next: 'save the objects: kubectl get … -A -o json, or kroot capture',
    });
  }
  if (text.subarray(0, 8192).includes(0)) throw binary(file);
  return text;
}

function notText(bytes: Uint8Array, file: string): InputError | undefined {
  const archive = archiveFormat(bytes);
  if (archive === undefined) return foreignError(bytes, file);
  const next = 'archives within archives and folders are not opened: name it by itself';
  return new InputError({ code: 'KROOT_INPUT_ARCHIVE', file, problem: `the file is a ${archive} archive`, next });
}

/** Says how to convert a file that has to be converted first, told by its first bytes. */
export function foreignError(head: Uint8Array, file: string): InputError | undefined {
  const foreign = foreignFormat(head);
  if (foreign === undefined) return undefined;
  const next = /^[\w./-]+$/.test(file) ? foreign.next.replace('FILE', file) : foreign.next;
  return new InputError({ code: 'KROOT_INPUT_ARCHIVE', file, problem: `the file is ${foreign.name}`, next });
}

function binary(file: string): InputError {
  return new InputError({
    code: 'KROOT_INPUT_BINARY',
    file,
    problem: 'the file is binary, not JSON or YAML',
    next: 'name a file with Kubernetes objects',
  });
}

async function inflate(raw: Uint8Array, file: string, limits: ReadLimits): Promise<Uint8Array> {
  const byRatio = Math.max(RATIO_FLOOR, raw.length * limits.compressionRatio);
  const allowed = Math.min(limits.expandedBytes, byRatio);
  try {
    return await gunzipAsync(raw, { maxOutputLength: allowed });
  } catch (cause) {
    if (errorCode(cause) === 'ERR_BUFFER_TOO_LARGE') {
      throw new InputError({
        code: 'KROOT_INPUT_TOO_LARGE',
        file,
        problem: `the gzip data expands to more than ${allowed} bytes`,
        next: 'check where the file comes from, or split it by namespace',
        cause,
      });
    }
    throw new InputError({
      code: 'KROOT_INPUT_BINARY',
      file,
      problem: 'the gzip data is damaged or cut off',
      next: 'copy the file again',
      cause,
    });
  }
}

/** PowerShell's `>` writes UTF-16LE with a byte order mark. */
function toUtf8(bytes: Uint8Array): Uint8Array {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return bytes.subarray(3);
  if (first === 0xff && second === 0xfe) return Buffer.from(new TextDecoder('utf-16le').decode(bytes), 'utf8');
  if (first === 0xfe && second === 0xff) return Buffer.from(new TextDecoder('utf-16be').decode(bytes), 'utf8');
  return bytes;
}

/** The code of a system error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
