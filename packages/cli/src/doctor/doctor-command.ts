import { connect, loadPlugins, type ApiResource, type Connection } from '@kroot/cluster';
import { cleanText } from '@kroot/report';
import { type ConnectionArguments } from '../connection-options.ts';
import { EXIT } from '../exit-codes.ts';
import { environmentOf } from '../live/environment.ts';
import { type ScopeFlags } from '../options.ts';
import { resourcesToRead } from '../rbac/rbac-command.ts';
import { type Streams } from '../streams.ts';
import { listAccess, logAccess, servedGroups, serverVersion, whoAmI, type Access } from './reviews.ts';

/** Values of the options of `kroot doctor`. */
export interface DoctorFlags extends ScopeFlags, Omit<ConnectionArguments, 'timeout'> {
  readonly plugin?: readonly string[] | undefined;
  readonly logs?: boolean | undefined;
}

/** Without these there is nothing to diagnose. */
const INDISPENSABLE = 'Pod';

/** Tells whether kroot can work here: connection, identity, version, permissions. */
export async function runDoctor(flags: DoctorFlags, streams: Streams): Promise<number> {
  const plugins = await loadPlugins(flags.plugin ?? [], streams.cwd);
  const connection = await connect(flags, environmentOf(streams));
  try {
    const { resources } = resourcesToRead(plugins, true);
    const namespace = flags.allNamespaces === true ? undefined : (flags.namespace ?? connection.namespace);
    const checked = await check(connection, resources, namespace);
    streams.stdout.write(table([...summary(connection, checked), ['namespace', namespace ?? 'all']]));
    streams.stdout.write(`\n${table([['KIND', 'MAY LIST'], ...rows(checked)])}`);
    streams.stdout.write(advice(checked, namespace));
    if (flags.logs === true) {
      streams.stdout.write(logAdvice(await logAccess(connection.transport, namespace), namespace));
    }
    return checked.access.get(INDISPENSABLE) === 'no' ? EXIT.failed : EXIT.ok;
  } finally {
    await connection.transport.close();
  }
}

interface Checked {
  readonly version: string;
  readonly latency: number;
  readonly identity: Awaited<ReturnType<typeof whoAmI>>;
  readonly resources: readonly ApiResource[];
  readonly access: ReadonlyMap<string, Access>;
}

/** One question after the other where the answers say how good the connection is. */
async function check(
  { transport }: Connection,
  all: readonly ApiResource[],
  namespace: string | undefined,
): Promise<Checked> {
  const { version, latency } = await serverVersion(transport, () => performance.now());
  const identity = await whoAmI(transport);
  const groups = await servedGroups(transport);
  // Nobody needs permission for custom kinds that the cluster does not have.
  const resources = all.filter(({ kind, group }) => !kind.includes('.') || groups?.has(group) !== false);
  return { version, latency, identity, resources, access: await listAccess(transport, resources, namespace) };
}

function summary(
  { context, server, user }: Connection,
  { version, latency, identity }: Checked,
): readonly (readonly string[])[] {
  const groups = identity === undefined || identity.groups.length === 0 ? '' : ` (${identity.groups.join(', ')})`;
  return [
    ['context', context ?? '(none)'],
    ['server', server],
    ['version', `${version}, ${Math.max(1, Math.round(latency))} ms a request`],
    ['user', identity === undefined ? `${user ?? 'unknown'} (as the kubeconfig says)` : `${identity.user}${groups}`],
  ];
}

function rows({ resources, access }: Checked): readonly (readonly string[])[] {
  return resources.map(({ kind }) => [kind, access.get(kind) ?? 'unknown']);
}

function advice({ resources, access }: Checked, namespace: string | undefined): string {
  const missing = resources.filter(({ kind }) => access.get(kind) === 'no');
  if (missing.length === 0) return '\nkroot can see everything that it looks at.\n';
  const names = missing.map(({ resource, group }) => (group === '' ? resource : `${resource}.${group}`));
  const where = namespace === undefined ? '' : ` -n ${namespace}`;
  return [
    '',
    `Not permitted: list of ${names.join(', ')}.`,
    'kroot works without, names what it could not see, and never takes unseen for missing.',
    `What it needs: kroot rbac${where}`,
    '',
  ].join('\n');
}

function logAdvice(access: Access, namespace: string | undefined): string {
  const where = namespace === undefined ? '' : ` -n ${namespace}`;
  if (access === 'yes') return 'Logs of containers can be read (get of pods/log), as --logs needs it.\n';
  const what = access === 'no' ? 'Not permitted: get of pods/log' : 'Not known: whether get of pods/log is permitted';
  return `${what}, so --logs adds nothing but a notice.\nWhat it needs: kroot rbac --logs${where}\n`;
}

/** Columns; the texts may come from the cluster. */
function table(lines: readonly (readonly string[])[]): string {
  const widths = lines.reduce<readonly number[]>(
    (known, line) => line.map((cell, column) => Math.max(known[column] ?? 0, cell.length)),
    [],
  );
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cleanText(cell).padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
