import { type Plugin } from './analyzer.ts';
import { type Severity } from './finding.ts';
import { type Suppression, type WeightRule } from './suppression.ts';

/** Where the published JSON Schema of the configuration lives. */
export const CONFIG_SCHEMA_ID =
  'https://raw.githubusercontent.com/kroot/kroot/main/packages/types/schema/config.v1.json';

/** What `kroot.config.*` holds; a flag on the command line is stronger than the same setting here. */
export interface KrootConfig {
  readonly $schema?: string | undefined;
  /** `FORMAT` or `FORMAT=FILE`, one or several. */
  readonly output?: string | readonly string[] | undefined;
  readonly namespace?: string | undefined;
  readonly allNamespaces?: boolean | undefined;
  readonly logs?: boolean | undefined;
  readonly details?: boolean | undefined;
  readonly showFixes?: boolean | undefined;
  readonly showCommands?: boolean | undefined;
  readonly showSuppressed?: boolean | undefined;
  readonly verifyFixes?: boolean | undefined;
  readonly failOn?: Severity | 'new' | 'never' | undefined;
  readonly strict?: boolean | undefined;
  readonly color?: 'always' | 'never' | 'auto' | undefined;
  readonly ascii?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  /** Packages, or paths seen from the file; from a configuration in TypeScript or JavaScript also the plugins themselves. */
  readonly plugins?: readonly (string | Plugin)[] | undefined;
  /** A JSON report or what `kroot baseline update` wrote, seen from the file. */
  readonly baseline?: string | undefined;
  /** How bad a rule is, whatever it says itself; `off` does not run it. */
  readonly rules?: Readonly<Record<string, Severity | 'off'>> | undefined;
  readonly suppressions?: readonly Suppression[] | undefined;
  readonly weights?: readonly WeightRule[] | undefined;
  /** By what the impact is multiplied in the order of repair when the first repair changes or destroys something. */
  readonly risk?: { readonly change?: number | undefined; readonly destructive?: number | undefined } | undefined;
}

/** Types a configuration: `export default defineConfig({ … })` in `kroot.config.ts`. */
export function defineConfig(config: KrootConfig): KrootConfig {
  return config;
}
