import { type Argv } from 'yargs';
import { CONNECTION_OPTIONS, type ConnectionArguments } from './connection-options.ts';
import { CONFIG_OPTION, type ConfigFlags } from './config/config-options.ts';
import { choiceOr, flag, many, text, type Option, type OptionTable } from './option-kinds.ts';
import {
  CI_OPTION,
  CONTENT_OPTIONS,
  FORMAT_OPTION,
  TERMINAL_OPTIONS,
  type OutputFlags,
} from './output/output-options.ts';

/** What `--fail-on` takes: the least severity that makes the exit code 1, or `new` for what is not in the baseline. */
const FAIL_ON = ['critical', 'warning', 'info', 'new', 'never'] as const;

/** Values of the options that say where to look. */
export interface ScopeFlags {
  readonly namespace?: string | undefined;
  readonly allNamespaces?: boolean | undefined;
}

/** Values of the options that every `diagnose` command has. */
export interface DiagnoseFlags extends ScopeFlags, ConnectionArguments, OutputFlags, ConfigFlags {
  readonly capture?: string | undefined;
  readonly contextFile?: readonly string[] | undefined;
  readonly logs?: boolean | undefined;
  readonly verifyFixes?: boolean | undefined;
  readonly failOn?: (typeof FAIL_ON)[number] | undefined;
  readonly exitZero?: boolean | undefined;
  readonly strict?: boolean | undefined;
  readonly baseline?: string | undefined;
  readonly timings?: boolean | undefined;
  readonly verbose?: number | undefined;
}

const INPUT = 'Files:';
const PLUGINS = 'Rules:';
const REPORT = 'Report:';
const EXIT_CODE = 'Exit code:';
const TERMINAL = 'Terminal:';

/** What was known before. */
const BASELINE_OPTION: Option = {
  ...text('What is known: a JSON report, or what kroot baseline update wrote; it is suppressed'),
  group: PLUGINS,
};

/** More analyzers. */
export const PLUGIN_OPTION: Option = many('Analyzers from a package or file; may be given several times');

/** The options of the `diagnose` commands. */
export const DIAGNOSE_OPTIONS: OptionTable = {
  ...CONNECTION_OPTIONS,
  'context-file': {
    ...many(
      'Read this instead of a cluster: a file, folder or archive, or - for standard input; may be given several times',
    ),
    alias: ['f', 'filename'],
    group: INPUT,
  },
  capture: { ...text('Also write what was collected to this file'), group: INPUT },
  logs: {
    ...flag('Also look at the last lines of containers that crash or do not get ready (needs get on pods/log)'),
    group: INPUT,
  },
  plugin: { ...PLUGIN_OPTION, group: PLUGINS },
  ...CONFIG_OPTION,
  baseline: BASELINE_OPTION,
  namespace: {
    ...text("Report only what concerns this namespace; a cluster's default is that of the context, a file's all"),
    alias: 'n',
    group: REPORT,
  },
  'all-namespaces': { ...flag('Report all namespaces; stronger than -n'), alias: 'A', group: REPORT },
  ...FORMAT_OPTION,
  ...CONTENT_OPTIONS,
  'verify-fixes': {
    ...flag(
      'Try repairs on a copy of what was read and say what then recovers and what still blocks; nothing is changed',
    ),
    group: REPORT,
  },
  'fail-on': {
    ...choiceOr('Exit with 1 from this severity on, or for anything that is not in the baseline', FAIL_ON, 'critical'),
    group: EXIT_CODE,
  },
  'exit-zero': { ...flag('Same as --fail-on never'), group: EXIT_CODE },
  strict: { ...flag('Exit with 3 when nothing was found but not everything could be seen'), group: EXIT_CODE },
  ...TERMINAL_OPTIONS,
  verbose: {
    type: 'count',
    alias: 'v',
    describe: 'Where the time went, on standard error; -vv also every request to the API server',
    group: TERMINAL,
  },
  timings: { ...flag('Same as -v'), group: TERMINAL },
  ...CI_OPTION,
};

/** Adds the options of the `diagnose` commands. */
export function diagnoseOptions<T>(yargs: Argv<T>): Argv<T & DiagnoseFlags> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- yargs checks the values; the tests run every option
  return yargs.options(DIAGNOSE_OPTIONS) as unknown as Argv<T & DiagnoseFlags>;
}
