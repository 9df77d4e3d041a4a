import { loadPlugins } from '@kroot/cluster';
import type { DiagnoseOptions } from '@kroot/engine';
import { type KrootConfig, type Plugin } from '@kroot/types';
import { manifestRules } from '@kroot/analyzers';
import { isSet } from '../output-policy.ts';
import { type Streams } from '../streams.ts';
import { type ConfigFlags } from './config-options.ts';
import { loadConfig, type LoadedConfig, type RunsCode } from './load-config.ts';

/** A command with its configuration: what was given on the command line, else what the configuration says. */
export interface Configured<F> {
  readonly flags: F;
  readonly plugins: readonly Plugin[];
  /** What the engine is told. */
  readonly judgement: Pick<DiagnoseOptions, 'otherRules' | 'risk' | 'severities' | 'suppressions' | 'weights'>;
  /** Names of the files that the configuration was read from. */
  readonly files: readonly string[];
  /** Path of the baseline that the configuration names. */
  readonly baseline: string | undefined;
}

type Setting = Exclude<keyof LoadedConfig['config'], 'baseline' | 'rules' | 'weights' | 'risk'>;

/** How things look. */
export const LOOKS: readonly Setting[] = [
  'details',
  'showFixes',
  'showCommands',
  'showSuppressed',
  'color',
  'ascii',
  'quiet',
];

/** Where to look; both together, since a namespace that was asked for is stronger than all of them in a file. */
const SCOPE: readonly Setting[] = ['namespace', 'allNamespaces'];

/** Which settings a command knows; `output` only where formats of a report are meant. */
export interface Knows {
  readonly settings?: readonly Setting[];
  readonly scope?: true;
  readonly output?: true;
  /** Whose code runs; that of every configuration that counts, if not given. */
  readonly code?: RunsCode;
}

/** Fills in what the command line leaves open: flags are stronger than variables, variables than the configuration. */
export async function configured<F extends ConfigFlags>(
  given: F,
  { code, output, scope, settings = [] }: Knows,
  streams: Streams,
): Promise<Configured<F>> {
  const loaded = await loadConfig(given, streams, code);
  const named = [...(given.plugin ?? []).map((name) => ({ name, folder: streams.cwd })), ...loaded.pluginNames];
  const own = await Promise.all(named.map(({ folder, name }) => loadPlugins([name], folder)));
  const { config } = loaded;
  return {
    flags: {
      ...given,
      ...only(config, given, settings, streams),
      ...(scope === true && SCOPE.every((key) => isOpen(given, key)) ? pick(config, SCOPE) : {}),
      ...(output === true && isOpen(given, 'output') && loaded.output !== undefined ? { output: loaded.output } : {}),
    },
    plugins: unique([...own.flat(), ...loaded.plugins]),
    judgement: {
      // One configuration is for all commands: what it says of a rule of another is no mistake.
      otherRules: manifestRules.map(({ id }) => id),
      suppressions: loaded.suppressions,
      severities: new Map(Object.entries(config.rules ?? {})),
      ...(config.weights === undefined ? {} : { weights: config.weights }),
      ...(config.risk === undefined ? {} : { risk: config.risk }),
    },
    files: loaded.files,
    baseline: config.baseline,
  };
}

function only(
  config: LoadedConfig['config'],
  given: object,
  settings: readonly Setting[],
  { env }: Streams,
): Partial<KrootConfig> {
  const open = settings.filter((key) => isOpen(given, key) && !(key === 'color' && saysColor(env)));
  return pick(config, open);
}

function pick(config: LoadedConfig['config'], keys: readonly Setting[]): Partial<KrootConfig> {
  return Object.fromEntries(keys.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])));
}

function isOpen(given: object, key: string): boolean {
  return !Object.hasOwn(given, key) || Reflect.get(given, key) === undefined;
}

function saysColor(env: Streams['env']): boolean {
  const { NO_COLOR: none = '' } = env;
  return none !== '' || isSet(env['FORCE_COLOR']) || isSet(env['CLICOLOR_FORCE']);
}

/** One that is named twice would find everything twice. */
function unique(plugins: readonly Plugin[]): readonly Plugin[] {
  return [
    ...new Map(plugins.toReversed().map((plugin) => [`${plugin.name} ${plugin.version}`, plugin])).values(),
  ].toReversed();
}
