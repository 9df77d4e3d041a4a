import { realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { McpError } from '../errors.ts';

/**
 * Where a path leads, if it is below one of the folders, links followed: an agent may have been talked into reading anything.
 * @throws McpError without saying whether a file elsewhere exists.
 */
export async function allowedPath(path: string, folders: readonly string[], cwd: string): Promise<string> {
  const roots = await Promise.all(folders.map((folder) => realpath(resolve(cwd, folder))));
  const target = await realpath(resolve(cwd, path)).catch(() => undefined);
  const isInside = roots.some((root) => {
    const below = root.endsWith(sep) ? root : `${root}${sep}`;
    return target === root || target?.startsWith(below) === true;
  });
  if (target !== undefined && isInside) return target;
  throw new McpError(`there is no file "${path}" below the folders that may be read (--allow-files)`);
}
