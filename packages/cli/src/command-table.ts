import { BASELINE_OPTIONS } from './baseline/baseline-flags.ts';
import { CONFIG_OPTION } from './config/config-options.ts';
import { CONNECTION_OPTIONS } from './connection-options.ts';
import { CHECK_OPTIONS } from './check/check-flags.ts';
import { GRAPH_FORMATS, SIDES } from './graph/graph-flags.ts';
import { choice, flag, many, number, text, type OptionTable } from './option-kinds.ts';
import { DIFF_OPTIONS } from './diff/diff-flags.ts';
import { INIT_OPTIONS } from './init/init-flags.ts';
import { LIST_FORMATS } from './netpol/netpol-flags.ts';
import { DIAGNOSE_OPTIONS, PLUGIN_OPTION } from './options.ts';
import { ROLLOUT_OPTIONS } from './rollout/rollout-flags.ts';
import { CONTENT_OPTIONS, FORMAT_OPTION, TERMINAL_OPTIONS } from './output/output-options.ts';

export { type OptionTable } from './option-kinds.ts';

const { timeout: _timeout, ...CONNECTION_WITHOUT_TIMEOUT } = CONNECTION_OPTIONS;

/** Rules beside those that are built in. */
const plugin = { ...PLUGIN_OPTION, group: 'Rules:' };
const rules: OptionTable = { plugin, ...CONFIG_OPTION };
const quiet = { ...flag('No notices on standard error'), alias: 'q' };

/** The options of `kroot capture`. */
export const CAPTURE_OPTIONS: OptionTable = {
  ...grouped('Capture:', {
    output: { ...text('File to write; made of context and time if not given'), alias: 'o' },
    force: flag('Replace the file if it is there'),
    namespace: { ...text('Collect what concerns this namespace; that of the context if not given'), alias: 'n' },
    'all-namespaces': { ...flag('Collect all namespaces; stronger than -n'), alias: 'A' },
    logs: flag('Put in the last lines of containers that crash or do not get ready, without credentials'),
    'print-script': flag('Print a shell script that does it with kubectl, and do nothing else'),
    strict: flag('Exit with 3 when not everything could be read'),
    quiet,
  }),
  ...CONNECTION_OPTIONS,
  ...rules,
};

/** The options of `kroot rbac`. */
export const RBAC_OPTIONS: OptionTable = {
  ...grouped('Permissions:', {
    namespace: { ...text('For this namespace only, and for what is in none'), alias: 'n' },
    logs: flag('For the logs of containers too, as diagnose --logs and capture --logs need them'),
    secrets: { ...flag('For Secrets too; --no-secrets leaves them out'), default: true },
    output: { ...choice('Format', ['yaml', 'json'], 'yaml'), alias: 'o' },
  }),
  ...rules,
};

/** The options of `kroot doctor`. */
export const DOCTOR_OPTIONS: OptionTable = {
  ...grouped('Scope:', {
    namespace: { ...text('Namespace to ask for; that of the context if not given'), alias: 'n' },
    'all-namespaces': { ...flag('Ask for all namespaces; stronger than -n'), alias: 'A' },
    logs: flag('Ask for the logs of containers too, as diagnose --logs and capture --logs need them'),
  }),
  ...CONNECTION_WITHOUT_TIMEOUT,
  ...rules,
};

/** The options of `kroot rules` and `kroot explain`. */
export const RULES_OPTIONS: OptionTable = {
  ...grouped('Report:', { output: { ...choice('Format', ['text', 'json'], 'text'), alias: 'o' } }),
  ...rules,
};

const POLICY_SCOPE: OptionTable = grouped('Connections:', {
  namespace: {
    ...text("Only those with an end in this namespace; a cluster's default is that of the context, a file's all"),
    alias: 'n',
  },
  'all-namespaces': { ...flag('Those of all namespaces; stronger than -n'), alias: 'A' },
  quiet,
});

/** Options that say where policies are read from. */
const POLICY_INPUT: OptionTable = {
  'context-file': {
    ...many(
      'Read this instead of a cluster: a file, folder or archive, or - for standard input; may be given several times',
    ),
    alias: ['f', 'filename'],
    group: 'Files:',
  },
  ...CONNECTION_OPTIONS,
};

const LIST_OUTPUT: OptionTable = grouped('Connections:', {
  output: { ...choice('Format', LIST_FORMATS, 'text'), alias: 'o' },
});

/** The options of `kroot netpol list`. */
export const NETPOL_LIST_OPTIONS: OptionTable = { ...POLICY_SCOPE, ...LIST_OUTPUT, ...POLICY_INPUT };

/** The options of `kroot netpol explain`. */
export const NETPOL_EXPLAIN_OPTIONS: OptionTable = {
  ...grouped('Connections:', {
    namespace: {
      ...text("Namespace of what is named without one; a cluster's default is that of the context, a file's all"),
      alias: 'n',
    },
    'all-namespaces': { ...flag('Look in all namespaces; stronger than -n'), alias: 'A' },
    output: { ...choice('Format', ['text', 'json'], 'text'), alias: 'o' },
    quiet,
  }),
  ...POLICY_INPUT,
};

/** The options of `kroot netpol diff`. */
export const NETPOL_DIFF_OPTIONS: OptionTable = { ...POLICY_SCOPE, ...LIST_OUTPUT };

/** The options of `kroot path`. */
export const PATH_OPTIONS: OptionTable = { ...NETPOL_EXPLAIN_OPTIONS };

/** The options of `kroot mcp`. */
export const MCP_OPTIONS: OptionTable = {
  ...grouped('Agents:', {
    'context-file': {
      ...many('A file or folder that agents may read instead of a cluster; may be given several times'),
      alias: ['f', 'filename'],
    },
    'allow-files': many('A folder below which agents may read any file; may be given several times'),
    live: flag('The cluster too, where -f is given'),
    namespace: { ...text('Collect from this namespace only; from all if not given'), alias: 'n' },
    cache: text('Seconds for which what was read is used again: 60 if not given'),
    logs: flag('Also look at the last lines of containers that crash (needs get on pods/log)'),
  }),
  ...CONNECTION_OPTIONS,
  ...rules,
};
/** What `kroot graph` and `kroot tree` have in common. */
const VIEW_OPTIONS: OptionTable = {
  ...grouped('View:', {
    namespace: {
      ...text(
        "Namespace of the object, or of what is unhealthy; a cluster's default is that of the context, a file's all",
      ),
      alias: 'n',
    },
    'all-namespaces': { ...flag('Of all namespaces; stronger than -n'), alias: 'A' },
    side: choice('What the object needs, what needs it, or both', SIDES, 'both'),
    depth: number('How many steps from the object'),
    'all-relations': flag('Also what every pod has: DNS, service account, priority, policies, gates'),
    ascii: flag('Draw with ASCII characters only'),
    quiet,
  }),
  ...POLICY_INPUT,
  ...rules,
};

/** The options of `kroot graph`. */
export const GRAPH_OPTIONS: OptionTable = {
  ...grouped('View:', { output: { ...choice('Format', GRAPH_FORMATS, 'text'), alias: 'o' } }),
  ...VIEW_OPTIONS,
};

/** The options of `kroot tree`. */
export const TREE_OPTIONS: OptionTable = {
  ...grouped('View:', { output: { ...choice('Format', ['text', 'json'], 'text'), alias: 'o' } }),
  ...VIEW_OPTIONS,
};
/** The options of `kroot render`. */
export const RENDER_OPTIONS: OptionTable = {
  ...FORMAT_OPTION,
  ...CONTENT_OPTIONS,
  ...TERMINAL_OPTIONS,
  ...CONFIG_OPTION,
};

/** Every command with its options, for what has to know them all. */
export const COMMANDS: ReadonlyMap<string, OptionTable> = new Map([
  ['diagnose', DIAGNOSE_OPTIONS],
  ['check', CHECK_OPTIONS],
  ['rollout', ROLLOUT_OPTIONS],
  ['diff', DIFF_OPTIONS],
  ['render', RENDER_OPTIONS],
  ['baseline', BASELINE_OPTIONS],
  ['init', INIT_OPTIONS],
  ['capture', CAPTURE_OPTIONS],
  ['rbac', RBAC_OPTIONS],
  ['doctor', DOCTOR_OPTIONS],
  ['rules', RULES_OPTIONS],
  ['explain', RULES_OPTIONS],
  ['netpol', { ...NETPOL_EXPLAIN_OPTIONS, ...NETPOL_LIST_OPTIONS }],
  ['path', PATH_OPTIONS],
  ['mcp', MCP_OPTIONS],
  ['graph', GRAPH_OPTIONS],
  ['tree', TREE_OPTIONS],
  ['completion', {}],
]);

function grouped(group: string, table: OptionTable): OptionTable {
  return Object.fromEntries(Object.entries(table).map(([name, option]) => [name, { ...option, group }]));
}
