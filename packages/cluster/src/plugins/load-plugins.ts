import { PLUGIN_API_VERSION, type Plugin } from '@kroot/types';
import { resolveModule } from './resolve-module.ts';

/** A plugin that cannot be used. The message is one line: which one, what is wrong with it, the next step. */
export class PluginError extends Error {
  readonly code = 'KROOT_PLUGIN';
}

/**
 * Loads the plugins that the user named: packages or paths, seen from the working directory. Nothing is ever found by itself.
 * @throws PluginError when one of them cannot be used.
 */
export function loadPlugins(names: readonly string[], cwd: string): Promise<readonly Plugin[]> {
  return Promise.all(names.map((name) => loadPlugin(name, cwd)));
}

async function loadPlugin(name: string, cwd: string): Promise<Plugin> {
  let module: unknown;
  try {
    module = await import(resolveModule(name, cwd));
  } catch (error) {
    throw new PluginError(`cannot load plugin "${name}": ${firstLine(error)}`, { cause: error });
  }
  const plugin = exported(module);
  if (plugin === undefined) {
    throw new PluginError(
      `"${name}" is no kroot plugin: it exports neither \`plugin\` nor a default with name, version, apiVersion and analyzers`,
    );
  }
  if (plugin.apiVersion !== PLUGIN_API_VERSION) {
    throw new PluginError(
      `plugin "${name}" is written for plugin API ${plugin.apiVersion}, this kroot has ${PLUGIN_API_VERSION}: use matching versions`,
    );
  }
  return plugin;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function exported(module: unknown): Plugin | undefined {
  if (typeof module !== 'object' || module === null) return undefined;
  const candidates = ['plugin', 'default'].map((key): unknown => Reflect.get(module, key));
  return candidates.find((candidate) => isPlugin(candidate));
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false;
  const { name, version, apiVersion, analyzers } = value as Partial<Plugin>;
  return (
    typeof name === 'string' &&
    typeof version === 'string' &&
    typeof apiVersion === 'number' &&
    Array.isArray(analyzers) &&
    analyzers.every((analyzer: unknown) => isAnalyzer(analyzer))
  );
}

function isAnalyzer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { meta, analyze } = value as { readonly meta?: { readonly id?: unknown }; readonly analyze?: unknown };
  return typeof meta?.id === 'string' && typeof analyze === 'function';
}
