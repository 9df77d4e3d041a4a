import { CONFIG_OPTION, type ConfigFlags } from '../config/config-options.ts';
import type { InputFlags } from '../diagnose-command.ts';
import { flag, text, type OptionTable } from '../option-kinds.ts';
import { DIAGNOSE_OPTIONS, PLUGIN_OPTION } from '../options.ts';
import { CONNECTION_OPTIONS } from '../connection-options.ts';

/** Values of the options of `kroot baseline update`. */
export interface BaselineFlags extends InputFlags, ConfigFlags {
  readonly baseline?: string | undefined;
  readonly prune?: boolean | undefined;
}

const BASELINE = 'Baseline:';

/** The options of `kroot baseline update`. */
export const BASELINE_OPTIONS: OptionTable = {
  baseline: {
    ...text('File to write; that of the configuration, else kroot-baseline.json, if not given'),
    group: BASELINE,
  },
  prune: { ...flag('Only take out what is gone; nothing is added'), group: BASELINE },
  namespace: {
    ...DIAGNOSE_OPTIONS['namespace'],
    describe: 'Only what concerns this namespace; the rest stays as it is',
    group: BASELINE,
  },
  'all-namespaces': {
    ...DIAGNOSE_OPTIONS['all-namespaces'],
    describe: 'All namespaces; stronger than -n',
    group: BASELINE,
  },
  quiet: { ...flag('No notices on standard error'), alias: 'q', group: BASELINE },
  ...pick('context-file', 'logs'),
  plugin: { ...PLUGIN_OPTION, group: 'Rules:' },
  ...CONFIG_OPTION,
  ...CONNECTION_OPTIONS,
};

function pick(...names: readonly string[]): OptionTable {
  return Object.fromEntries(names.map((name) => [name, DIAGNOSE_OPTIONS[name] ?? {}]));
}
