import { connect, kindsToRead, readManifests, readSnapshot, type Connection, type ManifestSet } from '@kroot/cluster';
import { cleanText } from '@kroot/report';
import { type Snapshot } from '@kroot/types';
import { configured, LOOKS, type Configured } from '../config/configured.ts';
import { exitCode } from '../diagnose-command.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { collectLive } from '../live/collect-live.ts';
import { environmentOf } from '../live/environment.ts';
import { prepareOutput } from '../output/report-output.ts';
import { type Streams } from '../streams.ts';
import { checkAgainst, checkAlone, clusterAnalyzers, type Checked, type CheckSettings } from './check-manifests.ts';
import { type CheckFlags } from './check-flags.ts';

/** Reads manifests, diagnoses what they intend, alone or on top of a cluster, prints; gives the exit code. */
export async function runCheck(given: CheckFlags, streams: Streams): Promise<number> {
  const inputs = inputsOf(given);
  const settings = await configured(given, { settings: [...LOOKS, 'failOn', 'strict'], output: true }, streams);
  const { flags } = settings;
  const write = await prepareOutput(flags, streams);
  const run = { ...settings, inputs, streams, today: new Date(streams.now?.() ?? Date.now()) };
  const { checked, interrupted } = await (flags.against === 'live' ? onCluster(run) : onFiles(run));
  const { locate, report } = checked;
  if (flags.quiet !== true) {
    for (const { reason, rule } of report.failures)
      streams.stderr.write(`kroot: analyzer ${cleanText(rule)} failed and was left out: ${cleanText(reason)}\n`);
  }
  await write(report, { locate });
  const code = exitCode(report, flags);
  return interrupted && code === EXIT.ok ? EXIT.interrupted : code;
}

interface CheckRun extends Pick<Configured<CheckFlags>, 'flags'>, CheckSettings {
  readonly inputs: readonly string[];
  readonly streams: Streams;
}

interface Outcome {
  readonly checked: Checked;
  readonly interrupted: boolean;
}

function inputsOf({ against, filename = [], more = [], path }: CheckFlags): readonly string[] {
  // A lone dash comes out of yargs as nothing.
  const first = path === '' ? '-' : path;
  const inputs = [...(first === undefined ? [] : [first]), ...more, ...filename];
  if (inputs.length === 0)
    throw new UsageError('name the manifests: kroot check -f FOLDER, or -f - for standard input');
  if (inputs.filter((input) => input === '-').length + Number(against === '-') > 1)
    throw new UsageError('standard input can be read once only: - is given twice');
  return inputs;
}

/** The manifests alone, or with what was captured of the cluster. */
async function onFiles(run: CheckRun): Promise<Outcome> {
  const { flags, streams } = run;
  if (flags.against === undefined)
    return { checked: checkAlone(await manifestsOf(run, undefined), run), interrupted: false };
  const cluster = await readSnapshot(flags.against, { stdin: streams.stdin });
  say(run, cluster.notices);
  const manifests = await manifestsOf(run, cluster.source.namespace);
  return { checked: checkAgainst(cluster, manifests, run), interrupted: false };
}

async function onCluster(run: CheckRun): Promise<Outcome> {
  const { flags, streams } = run;
  const connection = await connect(flags, environmentOf(streams));
  try {
    // As kubectl apply does: what states no namespace goes into that of the context.
    const manifests = await manifestsOf(run, connection.namespace);
    const { interrupted, snapshot } = await clusterFor(manifests, connection, run);
    return { checked: checkAgainst(snapshot, manifests, run), interrupted };
  } finally {
    await connection.transport.close();
  }
}

async function clusterFor(
  { snapshot }: ManifestSet,
  connection: Connection,
  { flags, plugins, streams }: CheckRun,
): Promise<{ readonly snapshot: Snapshot; readonly interrupted: boolean }> {
  const namespaces = new Set(
    snapshot.kinds().flatMap((kind) => snapshot.list(kind).flatMap(({ metadata }) => metadata.namespace ?? [])),
  );
  const [only] = namespaces;
  const kinds = [...kindsToRead(clusterAnalyzers(plugins)), ...snapshot.kinds().filter((kind) => !kind.includes('.'))];
  return collectLive(
    {
      flags,
      kinds: [...new Set(kinds)],
      namespaceFor: () => (namespaces.size === 1 ? only : undefined),
      connection,
    },
    streams,
  );
}

async function manifestsOf(run: CheckRun, byDefault: string | undefined): Promise<ManifestSet> {
  const { flags, inputs, streams } = run;
  const namespace = flags.namespace ?? byDefault;
  const manifests = await readManifests(inputs, {
    stdin: streams.stdin,
    ...(namespace !== undefined && { namespace }),
  });
  say(run, manifests.notices);
  return manifests;
}

function say({ flags, streams }: CheckRun, notices: readonly string[]): void {
  if (flags.quiet !== true) for (const notice of notices) streams.stderr.write(`kroot: ${cleanText(notice)}\n`);
}
