import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** A file that cannot be written: one line that says why and what to do. */
class OutputError extends Error {
  readonly code = 'KROOT_OUTPUT_UNWRITABLE';
}

/** Fails as `writeOutput` would, before anything has been read for it; gives the file that is written, links followed. */
export async function checkOutput(path: string): Promise<string> {
  try {
    const target = await targetOf(path);
    if (target.isFolder) throw new OutputError(`${path} is a folder; name a file in it`);
    const changed = target.isSpecial ? target.path : dirname(target.path);
    if (!target.isSpecial && !(await stat(changed)).isDirectory())
      throw Object.assign(new Error(), { code: 'ENOTDIR' });
    await access(changed, constants.W_OK);
    return join(await realpath(dirname(target.path)), basename(target.path));
  } catch (cause) {
    throw wrapped(path, cause);
  }
}

/**
 * Writes a file so that there is the old one or the new one and never a part of it: under another name beside it, then renamed.
 * Links are followed; what is no plain file (a pipe, a device) is written to as it is.
 */
export async function writeOutput(path: string, content: string): Promise<void> {
  try {
    const target = await targetOf(path);
    if (target.isSpecial) await writeFile(target.path, content);
    else await replace(target.path, content, target.mode);
  } catch (cause) {
    throw wrapped(path, cause);
  }
}

interface Target {
  readonly path: string;
  readonly isSpecial: boolean;
  readonly isFolder: boolean;
  /** Of the file that is there. */
  readonly mode: number | undefined;
}

async function targetOf(path: string): Promise<Target> {
  const there = await lstat(path).catch(nothingThere);
  // A link that leads nowhere is replaced.
  const real = there?.isSymbolicLink() === true ? await realpath(path).catch(() => path) : path;
  const info = await stat(real).catch(nothingThere);
  return {
    path: resolve(real),
    isSpecial: info !== undefined && !info.isFile() && !info.isDirectory(),
    isFolder: info?.isDirectory() === true,
    mode: info?.isFile() === true ? info.mode & 0o777 : undefined,
  };
}

function nothingThere(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

async function replace(path: string, content: string, mode: number | undefined): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(draft, content, { flag: 'wx', ...(mode === undefined ? {} : { mode }) });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'its name is too long',
  ENOSPC: 'there is no space left',
};

function wrapped(path: string, cause: unknown): OutputError {
  if (cause instanceof OutputError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  return new OutputError(`cannot write ${path}: ${PROBLEMS[code] ?? code}; name another file with -o`, { cause });
}
