import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { InputError } from '../errors.ts';
import { type ReadLimits } from '../limits.ts';

const gunzipAsync = promisify(gunzip);
const RATIO_FLOOR = 16 * 1024 * 1024;

/** Undoes what wraps a text: gzip, byte order mark, UTF-16. Gives UTF-8 bytes, or an `InputError` for what is no text at all. */
export async function openBytes(raw: Uint8Array, file: string, limits: ReadLimits): Promise<Uint8Array> {
  const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? await inflate(raw, file, limits) : raw;
  if (bytes.length === 0) {
    throw new InputError({
      code: 'KROOT_INPUT_EMPTY',
      file,
      problem: 'the file is empty',
      next: 'name a file with the output of kubectl get … -A -o json',
    });
  }
  const text = toUtf8(bytes);
  const archive = archiveName(text);
  if (archive !== undefined || text.subarray(0, 8192).includes(0)) {
    throw new InputError({
      code: 'KROOT_INPUT_BINARY',
      file,
      problem: archive === undefined ? 'the file is binary, not JSON or YAML' : `the file is a ${archive}`,
      next: archive === undefined ? 'name a file with Kubernetes objects' : 'unpack it and name the folder',
    });
  }
  return text;
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

function archiveName(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString('latin1');
  if (head.startsWith('ustar', 257)) return 'tar archive';
  if (head.startsWith('PK\u0003\u0004')) return 'zip archive';
  if (head.startsWith('\u00fd7zXZ\u0000')) return 'xz archive';
  if (head.startsWith('(\u00b5/\u00fd')) return 'zstd archive';
  return undefined;
}

/** The code of a system error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
