import { CONFIG_OPTION, type ConfigFlags } from '../config/config-options.ts';
import { CONNECTION_OPTIONS, type ConnectionArguments } from '../connection-options.ts';
import { choiceOr, many, text, type OptionTable } from '../option-kinds.ts';
import { DIAGNOSE_OPTIONS, PLUGIN_OPTION, type DiagnoseFlags } from '../options.ts';
import {
  CI_OPTION,
  CONTENT_OPTIONS,
  FORMAT_OPTION,
  TERMINAL_OPTIONS,
  type OutputFlags,
} from '../output/output-options.ts';

/** Values of the options of `kroot check`. */
export interface CheckFlags
  extends OutputFlags, ConnectionArguments, ConfigFlags, Pick<DiagnoseFlags, 'failOn' | 'exitZero' | 'strict'> {
  /** A file, folder or `-`, as an argument, and more of them. */
  readonly path?: string | undefined;
  readonly more?: readonly string[] | undefined;
  readonly filename?: readonly string[] | undefined;
  readonly namespace?: string | undefined;
  readonly against?: string | undefined;
}

const MANIFESTS = 'Manifests:';
const EXIT_CODE: ReadonlySet<string> = new Set(['exit-zero', 'strict']);

/** The options of `kroot check`. */
export const CHECK_OPTIONS: OptionTable = {
  filename: {
    ...many('Manifests: a file, a folder, or - for standard input; may be given several times'),
    alias: 'f',
    group: MANIFESTS,
  },
  namespace: {
    ...text('Namespace of objects that state none; default if not given'),
    alias: 'n',
    group: MANIFESTS,
  },
  against: {
    ...text('Say what this breaks and heals in a cluster: live, or a captured file or folder'),
    group: MANIFESTS,
  },
  plugin: { ...PLUGIN_OPTION, group: 'Rules:' },
  ...CONFIG_OPTION,
  ...FORMAT_OPTION,
  ...CONTENT_OPTIONS,
  'fail-on': {
    ...choiceOr('Exit with 1 from this severity on', ['critical', 'warning', 'info', 'never'], 'critical'),
    group: 'Exit code:',
  },
  ...Object.fromEntries(Object.entries(DIAGNOSE_OPTIONS).filter(([name]) => EXIT_CODE.has(name))),
  ...TERMINAL_OPTIONS,
  ...CI_OPTION,
  ...CONNECTION_OPTIONS,
};
