import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkedPlugin } from '@kroot/cluster';
import { type Plugin } from '@kroot/types';
import { UsageError } from '../errors.ts';
import { type ConfigSource } from './config-source.ts';
import { readProblem } from './read-data.ts';

/**
 * Runs a configuration in TypeScript or JavaScript and takes its default export. Node itself strips the types: what is more than
 * types (`enum`, parameter properties) it does not take.
 */
export async function loadModule(path: string, name: string): Promise<ConfigSource> {
  const value = await defaultExport(path, name);
  if (!isObject(value) || Array.isArray(value))
    throw new UsageError(`${name} has to export the configuration: export default { … }`);
  const plugins = Reflect.get(value, 'plugins') as unknown;
  const entries: readonly unknown[] = Array.isArray(plugins) ? plugins : [];
  return {
    name,
    folder: dirname(path),
    value: Array.isArray(plugins) ? { ...value, plugins: entries.filter((entry) => !isObject(entry)) } : value,
    plugins: entries.filter(isObject).map((entry): Plugin => checkedPlugin(entry, `an entry of plugins in ${name}`)),
    where: () => name,
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

async function defaultExport(path: string, name: string): Promise<unknown> {
  try {
    await stat(path);
  } catch (cause) {
    throw new UsageError(`${name}: ${readProblem(cause)}`, { cause });
  }
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    // What it exports may be a promise that fails, or throw when it is looked at.
    return typeof module === 'object' && module !== null ? plain(await Reflect.get(module, 'default')) : undefined;
  } catch (cause) {
    throw new UsageError(`${name} cannot be loaded: ${problemOf(cause)}`, { cause });
  }
}

function problemOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return `${line} (types are taken out, and nothing is compiled)`;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') return `${line} (this Node.js does not run TypeScript)`;
  return line === '' ? 'it throws' : line;
}

/** Without what is undefined: a program leaves a setting out that way. Plugins stay what they are. */
function plain(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > 8) return value;
  if (Array.isArray(value)) return value.map((entry: unknown) => plain(entry, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.map(([key, inner]: [string, unknown]) => [key, key === 'plugins' ? inner : plain(inner, depth + 1)]),
  );
}
