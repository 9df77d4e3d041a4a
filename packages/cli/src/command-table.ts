import { type Options } from 'yargs';
import { CONNECTION_OPTIONS } from './connection-options.ts';
import { choice, flag, text } from './option-kinds.ts';
import { DIAGNOSE_OPTIONS, PLUGIN_OPTION } from './options.ts';

/** Options by name, as yargs takes them. */
export type OptionTable = Readonly<Record<string, Options>>;

const { timeout: _timeout, ...CONNECTION_WITHOUT_TIMEOUT } = CONNECTION_OPTIONS;

const plugin = { ...PLUGIN_OPTION, group: 'Rules:' };
const quiet = { ...flag('No notices on standard error'), alias: 'q' };

/** The options of `kroot capture`. */
export const CAPTURE_OPTIONS: OptionTable = {
  ...grouped('Capture:', {
    output: { ...text('File to write; made of context and time if not given'), alias: 'o' },
    force: flag('Replace the file if it is there'),
    namespace: { ...text('Collect what concerns this namespace; that of the context if not given'), alias: 'n' },
    'all-namespaces': { ...flag('Collect all namespaces; stronger than -n'), alias: 'A' },
    'print-script': flag('Print a shell script that does it with kubectl, and do nothing else'),
    strict: flag('Exit with 3 when not everything could be read'),
    quiet,
  }),
  ...CONNECTION_OPTIONS,
  plugin,
};

/** The options of `kroot rbac`. */
export const RBAC_OPTIONS: OptionTable = {
  ...grouped('Permissions:', {
    namespace: { ...text('For this namespace only, and for what is in none'), alias: 'n' },
    secrets: { ...flag('For Secrets too; --no-secrets leaves them out'), default: true },
    output: { ...choice('Format', ['yaml', 'json'], 'yaml'), alias: 'o' },
  }),
  plugin,
};

/** The options of `kroot doctor`. */
export const DOCTOR_OPTIONS: OptionTable = {
  ...grouped('Scope:', {
    namespace: { ...text('Namespace to ask for; that of the context if not given'), alias: 'n' },
    'all-namespaces': { ...flag('Ask for all namespaces; stronger than -n'), alias: 'A' },
  }),
  ...CONNECTION_WITHOUT_TIMEOUT,
  plugin,
};

/** The options of `kroot rules` and `kroot explain`. */
export const RULES_OPTIONS: OptionTable = {
  ...grouped('Report:', { output: { ...choice('Format', ['text', 'json'], 'text'), alias: 'o' } }),
  plugin,
};

/** Every command with its options, for what has to know them all. */
export const COMMANDS: ReadonlyMap<string, OptionTable> = new Map([
  ['diagnose', DIAGNOSE_OPTIONS],
  ['capture', CAPTURE_OPTIONS],
  ['rbac', RBAC_OPTIONS],
  ['doctor', DOCTOR_OPTIONS],
  ['rules', RULES_OPTIONS],
  ['explain', RULES_OPTIONS],
  ['completion', {}],
]);

function grouped(group: string, table: OptionTable): OptionTable {
  return Object.fromEntries(Object.entries(table).map(([name, option]) => [name, { ...option, group }]));
}
