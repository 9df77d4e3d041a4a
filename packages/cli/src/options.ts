import { type Argv, type Options } from 'yargs';
import { CONNECTION_OPTIONS, type ConnectionArguments } from './connection-options.ts';
import { choice, flag, lastOf, many, text } from './option-kinds.ts';

/** Formats of a report. */
const FORMATS = ['text', 'json', 'sarif'] as const;

/** What `--fail-on` takes: the least severity that makes the exit code 1. */
const FAIL_ON = ['critical', 'warning', 'info', 'never'] as const;

/** Values of the options that say where to look. */
export interface ScopeFlags {
  readonly namespace?: string | undefined;
  readonly allNamespaces?: boolean | undefined;
}

/** Values of the options that every `diagnose` command has. */
export interface DiagnoseFlags extends ScopeFlags, ConnectionArguments {
  readonly capture?: string | undefined;
  readonly contextFile?: readonly string[] | undefined;
  readonly output: (typeof FORMATS)[number];
  readonly showFixes: boolean;
  readonly showCommands?: boolean | undefined;
  readonly logs?: boolean | undefined;
  readonly verifyFixes?: boolean | undefined;
  readonly details?: boolean | undefined;
  readonly failOn: (typeof FAIL_ON)[number];
  readonly exitZero?: boolean | undefined;
  readonly strict?: boolean | undefined;
  readonly plugin?: readonly string[] | undefined;
  readonly color: 'always' | 'never' | 'auto';
  readonly ascii?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

const INPUT = 'Files:';
const PLUGINS = 'Rules:';
const REPORT = 'Report:';
const EXIT_CODE = 'Exit code:';
const TERMINAL = 'Terminal:';

/** More analyzers. */
export const PLUGIN_OPTION: Options = many('Analyzers from a package or file; may be given several times');

/** The options of the `diagnose` commands. */
export const DIAGNOSE_OPTIONS: Readonly<Record<string, Options>> = {
  ...CONNECTION_OPTIONS,
  'context-file': {
    ...many('Read this instead of a cluster: a file, a folder, or - for standard input; may be given several times'),
    alias: ['f', 'filename'],
    group: INPUT,
  },
  capture: { ...text('Also write what was collected to this file'), group: INPUT },
  logs: {
    ...flag('Also look at the last lines of containers that crash or do not get ready (needs get on pods/log)'),
    group: INPUT,
  },
  plugin: { ...PLUGIN_OPTION, group: PLUGINS },
  namespace: {
    ...text("Report only what concerns this namespace; a cluster's default is that of the context, a file's all"),
    alias: 'n',
    group: REPORT,
  },
  'all-namespaces': { ...flag('Report all namespaces; stronger than -n'), alias: 'A', group: REPORT },
  output: { ...choice('Format on standard output', FORMATS, 'text'), alias: 'o', group: REPORT },
  details: { ...flag('All sections: traces, blast radius, analysis, fix order, fixes'), group: REPORT },
  'show-fixes': { ...flag('How to repair each root cause; --no-show-fixes hides it'), default: true, group: REPORT },
  'show-commands': { ...flag('The commands of the repairs, with real names'), group: REPORT },
  'verify-fixes': {
    ...flag(
      'Try repairs on a copy of what was read and say what then recovers and what still blocks; nothing is changed',
    ),
    group: REPORT,
  },
  'fail-on': { ...choice('Exit with 1 from this severity on', FAIL_ON, 'critical'), group: EXIT_CODE },
  'exit-zero': { ...flag('Same as --fail-on never'), group: EXIT_CODE },
  strict: { ...flag('Exit with 3 when nothing was found but not everything could be seen'), group: EXIT_CODE },
  color: {
    ...choice('When to colour text; --no-color is short for never', ['always', 'never', 'auto'], 'auto'),
    coerce: (value: unknown) => colorOf(lastOf(value)),
    group: TERMINAL,
  },
  ascii: { ...flag('Draw with ASCII characters only'), group: TERMINAL },
  quiet: { ...flag('No notices on standard error'), alias: 'q', group: TERMINAL },
};

/** Adds the options of the `diagnose` commands. */
export function diagnoseOptions<T>(yargs: Argv<T>): Argv<T & DiagnoseFlags> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- yargs checks the values; the tests run every option
  return yargs.options(DIAGNOSE_OPTIONS) as unknown as Argv<T & DiagnoseFlags>;
}

/** `--no-color` is what many tools have. */
function colorOf(value: unknown): unknown {
  return value === false ? 'never' : value;
}
