import { choice, flag, text, type OptionTable } from '../option-kinds.ts';
import { PLUGIN_OPTION, type ScopeFlags } from '../options.ts';
import { TERMINAL_OPTIONS } from '../output/output-options.ts';

/** Values of the options of `kroot diff`. */
export interface DiffFlags extends ScopeFlags {
  readonly output: 'text' | 'json';
  readonly failOn: 'critical' | 'warning' | 'info' | 'never';
  readonly exitZero?: boolean | undefined;
  readonly plugin?: readonly string[] | undefined;
  readonly color: 'always' | 'never' | 'auto';
  readonly ascii?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** The options of `kroot diff`. */
export const DIFF_OPTIONS: OptionTable = {
  namespace: {
    ...text('Compare what concerns this namespace; that of a capture, else all'),
    alias: 'n',
    group: 'Report:',
  },
  'all-namespaces': { ...flag('Compare all namespaces; stronger than -n'), alias: 'A', group: 'Report:' },
  output: { ...choice('Format', ['text', 'json'], 'text'), alias: 'o', group: 'Report:' },
  plugin: { ...PLUGIN_OPTION, group: 'Rules:' },
  'fail-on': {
    ...choice(
      'Exit with 1 when something new has this severity or more',
      ['critical', 'warning', 'info', 'never'],
      'critical',
    ),
    group: 'Exit code:',
  },
  'exit-zero': { ...flag('Same as --fail-on never'), group: 'Exit code:' },
  ...TERMINAL_OPTIONS,
};
