import { constants } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { formatRef } from '@kroot/types';
import { errorCode } from '../input/open-bytes.ts';
import { type CoverageStatement } from '../snapshot/statement.ts';
import { toApiShape } from './api-shape.ts';
import { type Capture } from './capture.ts';

/** A capture that cannot be written: one line that says why and what to do. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly code: 'KROOT_CAPTURE_EXISTS' | 'KROOT_CAPTURE_UNWRITABLE';

  constructor(code: CaptureError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** How to write a capture. */
export interface WriteOptions {
  /** Replace a file that is there. */
  readonly force?: boolean | undefined;
}

const OWNER_ONLY = 0o600;

/**
 * Writes a capture as gzipped JSON lines: the manifest, then one object a line in the shape that the API has. Only the owner
 * may read the file. Nothing is overwritten unless asked for, and then only a plain file, and only once the new one is whole.
 */
export async function writeCapture(
  file: string,
  capture: Capture,
  { force = false }: WriteOptions = {},
): Promise<void> {
  const replaces = force && (await isPlainFile(file));
  const path = replaces ? `${file}.${process.pid}.tmp` : file;
  try {
    await writeNew(path, capture);
    if (replaces) await rename(path, file);
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') throw existing(path, cause);
    throw unwritable(file, cause);
  }
}

/** A link or a pipe could lead anywhere. */
async function isPlainFile(file: string): Promise<boolean> {
  const info = await lstat(file).catch(() => undefined);
  if (info === undefined) return false;
  if (info.isFile()) return true;
  throw new CaptureError('KROOT_CAPTURE_UNWRITABLE', `${file} is no plain file; name another one`);
}

async function writeNew(path: string, capture: Capture): Promise<void> {
  // O_EXCL: fails for whatever is there, dangling links too, so that the mode is ours.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await open(path, flags, OWNER_ONLY);
  try {
    await pipeline(Readable.from(lines(capture)), createGzip(), handle.createWriteStream());
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function* lines({ manifest, objects }: Capture): Generator<string> {
  const coverage = manifest.coverage.map((statement) => printed(statement));
  yield `${JSON.stringify({ ...manifest, coverage })}\n`;
  for (const object of objects) yield `${JSON.stringify(toApiShape(object))}\n`;
}

function printed(statement: CoverageStatement): unknown {
  return 'ref' in statement ? { ref: formatRef(statement.ref), state: statement.state } : statement;
}

function existing(file: string, cause?: unknown): CaptureError {
  return new CaptureError('KROOT_CAPTURE_EXISTS', `${file} exists already; remove it or name another file`, cause);
}

function unwritable(file: string, cause: unknown): CaptureError {
  const code = errorCode(cause) ?? 'unknown error';
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  const problem = missing ? 'its folder does not exist' : `it cannot be written (${code})`;
  const next = code === 'ENOSPC' ? 'free some space' : 'name another file with -o';
  return new CaptureError('KROOT_CAPTURE_UNWRITABLE', `${file}: ${problem}; ${next}`, cause);
}

/**
 * Fails as `writeCapture` would for a file that may not be written over, before anything has been collected for it.
 */
export async function checkCaptureFile(file: string, { force = false }: WriteOptions = {}): Promise<void> {
  const info = await lstat(file).catch(() => undefined);
  if (info === undefined) return;
  if (!force) throw existing(file);
  await isPlainFile(file);
}
