import { type Argv } from 'yargs';

/** Formats of a report. */
export const FORMATS = ['text', 'json', 'sarif'] as const;

/** What `--fail-on` takes: the least severity that makes the exit code 1. */
export const FAIL_ON = ['critical', 'warning', 'info', 'never'] as const;

/** Values of the options that every `diagnose` command has. */
export interface DiagnoseFlags {
  readonly namespace?: string | undefined;
  readonly allNamespaces: boolean;
  readonly contextFile: readonly string[];
  readonly output: (typeof FORMATS)[number];
  readonly showFixes: boolean;
  readonly showCommands: boolean;
  readonly details: boolean;
  readonly failOn: (typeof FAIL_ON)[number];
  readonly exitZero: boolean;
  readonly strict: boolean;
  readonly plugin: readonly string[];
  readonly color: 'always' | 'never' | 'auto';
  readonly ascii: boolean;
  readonly quiet: boolean;
}

/** Adds the options of the `diagnose` commands. */
export function diagnoseOptions<T>(yargs: Argv<T>): Argv<T & DiagnoseFlags> {
  return yargs
    .option('namespace', { alias: 'n', type: 'string', describe: 'Report only what concerns this namespace' })
    .option('all-namespaces', {
      alias: 'A',
      type: 'boolean',
      default: false,
      describe: 'Report all namespaces (what a file holds is all reported unless -n is given)',
    })
    .option('context-file', {
      alias: ['f', 'filename'],
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Read captured objects: a file, a folder, or - for standard input; may be given several times',
    })
    .option('output', { alias: 'o', choices: FORMATS, default: 'text' as const, describe: 'Format of the report on standard output' })
    .option('show-fixes', { type: 'boolean', default: true, describe: 'Print how to repair each root cause' })
    .option('show-commands', { type: 'boolean', default: false, describe: 'Print the commands of the repairs' })
    .option('details', {
      type: 'boolean',
      default: false,
      describe: 'Print all sections: traces, blast radius, narratives, fix order, fixes',
    })
    .option('fail-on', { choices: FAIL_ON, default: 'critical' as const, describe: 'Exit with 1 from this severity on' })
    .option('exit-zero', { type: 'boolean', default: false, describe: 'Same as --fail-on never' })
    .option('strict', {
      type: 'boolean',
      default: false,
      describe: 'Exit with 3 when nothing was found but not everything could be seen',
    })
    .option('plugin', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Load analyzers from a package or file; may be given several times',
    })
    .option('color', { choices: ['always', 'never', 'auto'] as const, default: 'auto' as const, describe: 'When to colour text' })
    .option('ascii', { type: 'boolean', default: false, describe: 'Draw with ASCII characters only' })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'No notices on standard error' }) as unknown as Argv<
    T & DiagnoseFlags
  >;
}
