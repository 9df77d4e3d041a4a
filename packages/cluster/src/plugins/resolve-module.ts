import { readFileSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The URL of a module that a user names: a path, or a package as seen from a folder. `import.meta.resolve` sees from this
 * file only, and `require.resolve` does not know packages that are for `import` alone.
 * @throws Error when there is none.
 */
export function resolveModule(name: string, folder: string): string {
  if (name.startsWith('.') || isAbsolute(name)) return pathToFileURL(resolve(folder, name)).href;
  const from = resolve(folder, 'kroot.js');
  try {
    return pathToFileURL(createRequire(from).resolve(name)).href;
  } catch (error) {
    const entry = importOnlyEntry(name, from);
    if (entry === undefined) throw error;
    return pathToFileURL(entry).href;
  }
}

/** `exports` of the forms `{ ".": { "import": … } }` and `{ "import": … }`, with a target or conditions below. */
function importOnlyEntry(name: string, from: string): string | undefined {
  let path: string | undefined;
  try {
    path = findPackageJSON(name, pathToFileURL(from));
  } catch {
    return undefined;
  }
  if (path === undefined) return undefined;
  const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const exports = member(json, 'exports');
  const main = member(member(exports, '.') ?? exports, 'import');
  const target = typeof main === 'string' ? main : member(main, 'default');
  return typeof target === 'string' ? resolve(dirname(path), target) : undefined;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
