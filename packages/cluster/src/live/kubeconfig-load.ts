import { readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { type ConnectionFlags, type Environment } from './connection.ts';
import { ConnectionError } from './connection-error.ts';
import { parseKubeconfig } from './kubeconfig-parse.ts';
import { type Kubeconfig } from './kubeconfig-types.ts';

/** Where kubeconfigs were looked for, and what they say together. */
export interface LoadedKubeconfig extends Kubeconfig {
  /** Where they were looked for, in words for a message. */
  readonly searched: string;
}

/**
 * Reads and merges the kubeconfigs as client-go does (tools/clientcmd/loader.go): `--kubeconfig` alone and it must
 * exist; else the list in $KUBECONFIG, of which missing files are skipped; else ~/.kube/config. The first file that
 * has a name or a current context wins.
 */
export async function loadKubeconfig(flags: ConnectionFlags, env: Environment): Promise<LoadedKubeconfig> {
  const { kubeconfig } = flags;
  if (kubeconfig !== undefined && kubeconfig !== '') {
    const config = await readKubeconfig(kubeconfig, env);
    if (config !== undefined) return { ...config, searched: kubeconfig };
    const problem = `the kubeconfig ${kubeconfig} does not exist`;
    throw new ConnectionError('KROOT_KUBECONFIG_NOT_FOUND', problem, 'correct --kubeconfig');
  }
  const list = env.env['KUBECONFIG'] ?? '';
  const names = list === '' ? [join(env.home, '.kube', 'config')] : [...new Set(list.split(delimiter))];
  const found = await Promise.all(names.filter((name) => name !== '').map((name) => readKubeconfig(name, env)));
  const searched =
    list === ''
      ? '$KUBECONFIG is empty and ~/.kube/config does not exist'
      : `$KUBECONFIG is ${list}, of which no file exists`;
  return { ...merge(found.filter((config) => config !== undefined)), searched };
}

/** One file; undefined if it does not exist. */
async function readKubeconfig(name: string, env: Environment): Promise<Kubeconfig | undefined> {
  const file = resolve(env.cwd, name);
  let source: string;
  try {
    source = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') return undefined;
    const reason = code === 'EACCES' ? 'permission denied' : code === 'EISDIR' ? 'it is a folder' : code;
    const problem = `cannot read the kubeconfig ${name}: ${reason}`;
    throw new ConnectionError('KROOT_KUBECONFIG_UNREADABLE', problem, 'correct it, or choose another file');
  }
  return parseKubeconfig(source, file);
}

function merge(configs: readonly Kubeconfig[]): Kubeconfig {
  return {
    files: configs.flatMap((config) => config.files),
    currentContext: configs.find((config) => config.currentContext !== undefined)?.currentContext,
    contexts: firstWins(configs.map((config) => config.contexts)),
    clusters: firstWins(configs.map((config) => config.clusters)),
    users: firstWins(configs.map((config) => config.users)),
  };
}

function firstWins<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  const result = new Map<string, T>();
  for (const map of maps) {
    for (const [name, value] of map) if (!result.has(name)) result.set(name, value);
  }
  return result;
}
