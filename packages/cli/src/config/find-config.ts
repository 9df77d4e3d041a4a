import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { type Streams } from '../streams.ts';
import { type ConfigFlags } from './config-options.ts';

/** Names of configuration files, as they are looked for in each folder. */
export const CONFIG_NAMES: readonly string[] = [
  ...['yaml', 'yml', 'json', 'ts', 'mts', 'js', 'mjs'].map((extension) => `kroot.config.${extension}`),
  '.kroot.yaml',
];

const PACKAGE = 'package.json';

/** The files that there are; each by its full path. */
export interface ConfigFiles {
  /** Of what is worked on. */
  readonly project: string | undefined;
  /** Whether that of the project was named, and not just lay there. */
  readonly named: boolean;
  /** Of whoever runs it, with settings that change how things look. */
  readonly personal: string | undefined;
}

/**
 * Which configuration counts: `--config`, else `$KROOT_CONFIG`, else the nearest one upward from the working directory, up to the
 * root of its repository. Outside of a repository only the working directory itself counts: who else can write above it, nobody knows.
 * Never looks where the input is.
 */
export function findConfig({ config }: ConfigFlags, { cwd, env }: Pick<Streams, 'cwd' | 'env'>): ConfigFiles {
  if (config === false) return { project: undefined, named: false, personal: undefined };
  if (config === '') throw new UsageError('--config takes the name of a file; --no-config takes none');
  const named = config ?? (env['KROOT_CONFIG'] === '' ? undefined : env['KROOT_CONFIG']);
  const personal = personalConfig(env);
  if (named === undefined) return { project: nearest(cwd), named: false, personal };
  return { project: resolve(cwd, named), named: true, personal };
}

function nearest(cwd: string): string | undefined {
  for (const folder of foldersUp(cwd)) {
    const [found, other] = configsIn(folder);
    if (found !== undefined && other !== undefined)
      throw new UsageError(`${folder} holds both ${found} and ${other}; keep one, or name one with --config`);
    if (found !== undefined) return join(folder, found);
  }
  return undefined;
}

function foldersUp(cwd: string): readonly string[] {
  const folders: string[] = [];
  let folder = cwd;
  for (;;) {
    folders.push(folder);
    if (existsSync(join(folder, '.git'))) return folders;
    const above = dirname(folder);
    if (above === folder) return [cwd];
    folder = above;
  }
}

function configsIn(folder: string): readonly string[] {
  let names: ReadonlySet<string>;
  try {
    names = new Set(readdirSync(folder));
  } catch {
    // What may not be looked into holds nothing for us.
    return [];
  }
  const found = CONFIG_NAMES.filter((name) => names.has(name));
  return names.has(PACKAGE) && hasSection(join(folder, PACKAGE)) ? [...found, PACKAGE] : found;
}

/** A package without our section, or that others cannot read either, is none of our business. */
function hasSection(path: string): boolean {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof json === 'object' && json !== null && Object.hasOwn(json, 'kroot');
  } catch {
    return false;
  }
}

function personalConfig(env: Streams['env']): string | undefined {
  const { HOME: home = '', XDG_CONFIG_HOME: xdg = '' } = env;
  const base = isAbsolute(xdg) ? xdg : isAbsolute(home) ? join(home, '.config') : undefined;
  if (base === undefined) return undefined;
  const path = join(base, 'kroot', 'config.yaml');
  return existsSync(path) ? path : undefined;
}
