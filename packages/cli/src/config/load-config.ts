import { extname, relative, resolve } from 'node:path';
import { type KrootConfig, type Plugin } from '@kroot/types';
import type { ConfiguredSuppression } from '@kroot/engine';
import { UsageError } from '../errors.ts';
import { parseDestinations } from '../output/destinations.ts';
import { type Streams } from '../streams.ts';
import { type ConfigFlags } from './config-options.ts';
import { type ConfigSource } from './config-source.ts';
import { findConfig } from './find-config.ts';

/** What the configurations say, with full paths. */
export interface LoadedConfig {
  /** The files that it was read from, the weaker ones first. */
  readonly files: readonly string[];
  readonly config: Omit<KrootConfig, 'plugins' | 'suppressions' | 'output' | '$schema'>;
  readonly output: readonly string[] | undefined;
  /** Plugins that are named, and the folder that each name is seen from. */
  readonly pluginNames: readonly { readonly name: string; readonly folder: string }[];
  readonly plugins: readonly Plugin[];
  /** With the places where they stand. */
  readonly suppressions: readonly ConfiguredSuppression[];
}

const NOTHING: LoadedConfig = {
  files: [],
  config: {},
  output: undefined,
  pluginNames: [],
  plugins: [],
  suppressions: [],
};

/** Whose code runs: that of every configuration that counts, or only of one that was named. */
export type RunsCode = 'found' | 'named';

/** Finds, reads and checks the configuration; without one nothing is loaded for it. */
export async function loadConfig(
  flags: ConfigFlags,
  streams: Pick<Streams, 'cwd' | 'env'>,
  runs: RunsCode = 'found',
): Promise<LoadedConfig> {
  const { named, personal, project } = findConfig(flags, streams);
  if (personal === undefined && project === undefined) return NOTHING;
  const { checkConfig, checkPersonalConfig } = await import('./check-config.ts');
  const parts: LoadedConfig[] = [];
  if (personal !== undefined) {
    const source = await read(personal, streams);
    parts.push(settled(source, checkPersonalConfig(source)));
  }
  if (project !== undefined) {
    const mayRun = named || runs === 'found';
    if (!mayRun && MODULES.has(extname(project))) throw codeUnnamed(nameFrom(streams.cwd, project), 'is a program');
    const source = await read(project, streams);
    const part = settled(source, checkConfig(source));
    const [plugin] = part.pluginNames;
    if (!mayRun && plugin !== undefined) throw codeUnnamed(source.name, `names the plugin ${plugin.name}`);
    parts.push(part);
  }
  return parts.reduce(
    (weak, strong) => ({
      ...strong,
      files: [...weak.files, ...strong.files],
      config: { ...weak.config, ...strong.config },
      output: strong.output ?? weak.output,
    }),
    NOTHING,
  );
}

const DATA: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);
const MODULES: ReadonlySet<string> = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']);

async function read(path: string, { cwd }: Pick<Streams, 'cwd'>): Promise<ConfigSource> {
  const name = nameFrom(cwd, path);
  const extension = extname(path);
  if (DATA.has(extension)) return (await import('./read-data.ts')).readData(path, name);
  if (MODULES.has(extension)) return (await import('./load-module.ts')).loadModule(path, name);
  throw new UsageError(
    `${name}: a configuration ends with .yaml, .json, .ts, .mjs or a like, so that its kind is known`,
  );
}

/** Code of a folder that somebody happens to stand in is not run for agents: a stranger may have put it there for that. */
function codeUnnamed(name: string, what: string): UsageError {
  return new UsageError(
    `${name} ${what}, whose code runs here only when it is named: --config ${name}, or --no-config`,
  );
}

/** As short as it is clear: two steps up at most. */
export function nameFrom(cwd: string, path: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('../../..') || short.startsWith('..\\..\\..') ? path : short;
}

function settled({ folder, name, plugins, where }: ConfigSource, all: KrootConfig): LoadedConfig {
  const { $schema: _schema, output, plugins: named = [], suppressions = [], ...config } = all;
  const { baseline } = config;
  return {
    files: [name],
    config: { ...config, ...(baseline === undefined ? {} : { baseline: resolve(folder, baseline) }) },
    output: output === undefined ? undefined : [output].flat().map((each) => seenFrom(folder, checked(each, where))),
    pluginNames: named.flatMap((each) => (typeof each === 'string' ? [{ name: each, folder }] : [])),
    plugins,
    suppressions: suppressions.map((each, i) => ({ ...each, where: lineOf(where(['suppressions', i])) })),
  };
}

/** A format that there is not is told where it stands. */
function checked(output: string, where: ConfigSource['where']): string {
  try {
    parseDestinations([output], '');
    return output;
  } catch (cause) {
    throw new UsageError(`${where(['output'])}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The file of `FORMAT=FILE` is where the configuration is, wherever it is used from. */
function seenFrom(folder: string, output: string): string {
  const at = output.indexOf('=');
  const file = output.slice(at + 1);
  return at === -1 || file === '' || file === '-' ? output : `${output.slice(0, at)}=${resolve(folder, file)}`;
}

function lineOf(place: string): string {
  return place.replace(/:\d+$/, '');
}
