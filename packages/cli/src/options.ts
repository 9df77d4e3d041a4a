import { type Argv, type Options } from 'yargs';

/** Formats of a report. */
const FORMATS = ['text', 'json', 'sarif'] as const;

/** What `--fail-on` takes: the least severity that makes the exit code 1. */
const FAIL_ON = ['critical', 'warning', 'info', 'never'] as const;

/** Values of the options that every `diagnose` command has. */
export interface DiagnoseFlags {
  readonly namespace?: string | undefined;
  readonly allNamespaces?: boolean | undefined;
  readonly contextFile?: readonly string[] | undefined;
  readonly output: (typeof FORMATS)[number];
  readonly showFixes: boolean;
  readonly showCommands?: boolean | undefined;
  readonly details?: boolean | undefined;
  readonly failOn: (typeof FAIL_ON)[number];
  readonly exitZero?: boolean | undefined;
  readonly strict?: boolean | undefined;
  readonly plugin?: readonly string[] | undefined;
  readonly color: 'always' | 'never' | 'auto';
  readonly ascii?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

const INPUT = 'Input:';
const REPORT = 'Report:';
const EXIT_CODE = 'Exit code:';
const TERMINAL = 'Terminal:';

/** The options of the `diagnose` commands. */
export const DIAGNOSE_OPTIONS: Readonly<Record<string, Options>> = {
  'context-file': {
    ...many('Captured objects: a file, a folder, or - for standard input; may be given several times'),
    alias: ['f', 'filename'],
    group: INPUT,
  },
  plugin: { ...many('Analyzers from a package or file; may be given several times'), group: INPUT },
  namespace: { ...text('Report only what concerns this namespace'), alias: 'n', group: REPORT },
  'all-namespaces': {
    ...flag('Report all namespaces, which a file does unless -n is given; stronger than -n'),
    alias: 'A',
    group: REPORT,
  },
  output: { ...choice('Format on standard output', FORMATS, 'text'), alias: 'o', group: REPORT },
  details: { ...flag('All sections: traces, blast radius, analysis, fix order, fixes'), group: REPORT },
  'show-fixes': { ...flag('How to repair each root cause; --no-show-fixes hides it'), default: true, group: REPORT },
  'show-commands': { ...flag('The commands of the repairs, with real names'), group: REPORT },
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

function flag(describe: string): Options {
  return { type: 'boolean', describe, coerce: lastOf };
}

function text(describe: string): Options {
  return { type: 'string', nargs: 1, describe, coerce: lastOf };
}

function choice(describe: string, choices: readonly string[], byDefault: string): Options {
  return { type: 'string', nargs: 1, describe, choices, default: byDefault, coerce: lastOf };
}

/** No array for yargs, whose arrays take no `-`; what is given again becomes one in any case. */
function many(describe: string): Options {
  return {
    type: 'string',
    nargs: 1,
    describe,
    coerce: (value: unknown): unknown => (Array.isArray(value) ? value : [value]),
  };
}

/** Of an option that is given again the last one counts, as in kubectl. */
function lastOf(value: unknown): unknown {
  return Array.isArray(value) ? value.at(-1) : value;
}

/** `--no-color` is what many tools have. */
function colorOf(value: unknown): unknown {
  return value === false ? 'never' : value;
}
