import { type Dirent } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { compareStrings } from '@kroot/types';
import { InputError } from '../errors.ts';
import { type ReadLimits } from '../limits.ts';
import { staysInside } from './archive-path.ts';
import { type InputEntry, type LeftOut } from './entry.ts';
import { readBytes, readEnd, readPieces, unreadable } from './files.ts';

/** The files of a folder, sorted. Dot files and folders of some names are left out; symbolic links are not followed. */
export async function folderEntries(
  folder: string,
  limits: ReadLimits,
  skipped: LeftOut,
  unwanted: ReadonlySet<string> = new Set(),
): Promise<readonly InputEntry[]> {
  const files: string[] = [];
  const pending = [folder];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    // oxlint-disable-next-line no-await-in-loop -- one folder at a time keeps open handles few
    const entries = await readdir(current, { withFileTypes: true }).catch(unreadable(current));
    for (const entry of entries) {
      if (entry.name.startsWith('.') || (entry.isDirectory() && unwanted.has(entry.name))) continue;
      const file = join(current, entry.name);
      if (entry.isDirectory()) pending.push(file);
      else if (entry.isFile()) files.push(file);
      // oxlint-disable-next-line no-await-in-loop -- links are few
      else await skip(folder, file, entry, skipped);
    }
    if (files.length > limits.files) {
      const problem = `the folder holds more than ${limits.files} files`;
      throw new InputError({ code: 'KROOT_INPUT_TOO_LARGE', file: folder, problem, next: 'name the files you mean' });
    }
  }
  return files
    .map((file) => ({
      path: pathBelow(folder, file),
      file,
      bytes: () => readBytes(file, limits),
      end: (bytes: number) => readEnd(file, bytes),
      chunks: () => readPieces(file),
    }))
    .toSorted((a, b) => compareStrings(a.path, b.path));
}

async function skip(folder: string, file: string, entry: Dirent, skipped: LeftOut): Promise<void> {
  const path = pathBelow(folder, file);
  if (!entry.isSymbolicLink()) return skipped.add('device', path);
  const target = await readlink(file).catch(() => '');
  if (!staysInside(path, target.split(sep).join('/'))) skipped.add('link', path);
}

function pathBelow(folder: string, file: string): string {
  return relative(folder, file).split(sep).join('/');
}
