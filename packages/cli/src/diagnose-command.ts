import { resolve } from 'node:path';
import { builtinAnalyzers } from '@kroot/analyzers';
import { kindsToRead, readSnapshot, writeCapture } from '@kroot/cluster';
import { builtinKindNamed, diagnose, findTarget, requireNamespace, worstSeverity } from '@kroot/engine';
import { cleanText } from '@kroot/report';
import {
  builtinKind,
  ref,
  SEVERITIES,
  type Baseline,
  type Plugin,
  type Report,
  type ResourceRef,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { configured, LOOKS, type Configured, type Knows } from './config/configured.ts';
import { UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { type ConnectionArguments } from './connection-options.ts';
import { collectLive } from './live/collect-live.ts';
import { type DiagnoseFlags, type ScopeFlags } from './options.ts';
import { prepareOutput } from './output/report-output.ts';
import { stopwatch, type Stopwatch } from './output/stopwatch.ts';
import { type Streams } from './streams.ts';
import { type Target } from './target.ts';

/** What there is to diagnose. */
interface Input {
  readonly snapshot: Snapshot;
  /** The namespace that the report is about; undefined: all. */
  readonly namespace: string | undefined;
  readonly interrupted: boolean;
}

/** What of the flags says what to read, and of what to speak. */
export type InputFlags = Pick<DiagnoseFlags, 'capture' | 'contextFile' | 'logs' | 'quiet' | 'verbose' | 'timings'> &
  ScopeFlags &
  ConnectionArguments;

const SETTINGS: Knows = {
  settings: [...LOOKS, 'logs', 'verifyFixes', 'failOn', 'strict'],
  scope: true,
  output: true,
};

/** Reads or collects, diagnoses, prints; gives the exit code. */
export async function runDiagnose(given: DiagnoseFlags, asked: Target | undefined, streams: Streams): Promise<number> {
  const settled = await configured(given, SETTINGS, streams);
  const { flags, judgement, plugins } = settled;
  if ((flags.verbose ?? 0) > 0 || flags.timings === true)
    for (const file of settled.files) streams.stderr.write(`kroot: configuration: ${cleanText(file)}\n`);
  const baseline = await baselineOf(settled, streams);
  const write = await prepareOutput(flags, streams);
  const files = flags.contextFile ?? [];
  const watch = stopwatch(flags, streams);
  const start = performance.now();
  const { snapshot, namespace, interrupted } = await readInput(flags, asked, plugins, { streams, watch });
  const target = asked === undefined ? undefined : findTarget(snapshot, asked.kind, asked.name, namespace);
  const report = await watch.time('diagnosing', () =>
    diagnose(snapshot, {
      analyzers: watch.timed(builtinAnalyzers),
      plugins: plugins.map((plugin) => ({ ...plugin, analyzers: watch.timed(plugin.analyzers) })),
      ...judgement,
      ...(baseline === undefined ? {} : { baseline }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(target === undefined ? {} : { target }),
      ...(flags.verifyFixes === true && { verifyFixes: true }),
    }),
  );
  if (flags.quiet !== true) {
    for (const { rule, reason } of report.failures) {
      streams.stderr.write(`kroot: analyzer ${cleanText(rule)} failed and was left out: ${cleanText(reason)}\n`);
    }
  }
  const durationSeconds = (performance.now() - start) / 1000;
  const facts = { snapshot, ...(files.length > 0 ? {} : { durationSeconds }) };
  await watch.time('printing', () => write(report, facts));
  watch.print();
  const code = exitCode(report, flags);
  // Whoever stopped it must not take what was seen so far for health.
  return interrupted && code === EXIT.ok ? EXIT.interrupted : code;
}

/** What there is, from files or from a cluster, with what has to be said about it. */
export async function readInput(
  flags: InputFlags,
  asked: Target | undefined,
  plugins: readonly Plugin[],
  { streams, watch }: { readonly streams: Streams; readonly watch: Stopwatch },
): Promise<Input> {
  const files = flags.contextFile ?? [];
  const input =
    files.length > 0
      ? await watch.time('reading', () => fromFiles(files, flags, asked, streams))
      : await watch.time('collecting', () => fromCluster(flags, asked, plugins, { streams, watch }));
  const { namespace, snapshot } = input;
  if (flags.quiet !== true)
    for (const notice of snapshot.notices) streams.stderr.write(`kroot: ${cleanText(notice)}\n`);
  if (namespace !== undefined) requireNamespace(snapshot, namespace);
  return input;
}

async function baselineOf(
  { baseline, flags }: Configured<DiagnoseFlags>,
  streams: Streams,
): Promise<Baseline | undefined> {
  const path = flags.baseline === undefined ? baseline : resolve(streams.cwd, flags.baseline);
  if (path !== undefined) return (await import('./baseline/read-baseline.ts')).readBaseline(path, streams);
  if (flags.failOn === 'new' && flags.exitZero !== true)
    throw new UsageError(
      '--fail-on new needs to know what is known: --baseline FILE, which kroot baseline update writes',
    );
  return undefined;
}

/** As in kubectl, -A wins. An object that was asked for by its full name is in the namespace of that name. */
function namespaceOf(flags: ScopeFlags, asked: Target | undefined, byDefault: string | undefined): string | undefined {
  return asked?.namespace ?? (flags.allNamespaces === true ? undefined : (flags.namespace ?? byDefault));
}

async function fromFiles(
  files: readonly string[],
  flags: InputFlags,
  asked: Target | undefined,
  streams: Streams,
): Promise<Input> {
  if (flags.capture !== undefined) {
    throw new UsageError('--capture writes what a cluster gave; with --context-file there is nothing to write');
  }
  const snapshot = await readSnapshot(files, { stdin: streams.stdin, logs: flags.logs === true });
  // A capture of one namespace speaks of that one, as the run that made it did.
  return { snapshot, namespace: namespaceOf(flags, asked, snapshot.source.namespace), interrupted: false };
}

async function fromCluster(
  flags: InputFlags,
  asked: Target | undefined,
  plugins: readonly Plugin[],
  { streams, watch }: { readonly streams: Streams; readonly watch: Stopwatch },
): Promise<Input> {
  const kind = asked === undefined ? undefined : builtinKindNamed(asked.kind);
  const analyzers = [...builtinAnalyzers, ...plugins.flatMap((plugin) => plugin.analyzers)];
  const kinds = new Set([...kindsToRead(analyzers), ...(kind === undefined ? [] : [kind])]);
  const { capture, snapshot, namespace, interrupted } = await collectLive(
    {
      flags,
      kinds: [...kinds],
      // What a node or a volume stops can be in any namespace.
      namespaceFor: (current) =>
        namespaceOf(flags, asked, kind !== undefined && builtinKind(kind)?.namespaced === false ? undefined : current),
      wanted: (inNamespace) => wantedObjects(kind, asked, inNamespace),
      ...(watch.onRequest !== undefined && { onRequest: watch.onRequest }),
    },
    streams,
  );
  if (flags.capture !== undefined) await writeCapture(flags.capture, capture);
  return { snapshot, namespace, interrupted };
}

function wantedObjects(
  kind: string | undefined,
  asked: Target | undefined,
  namespace: string | undefined,
): readonly ResourceRef[] {
  if (kind === undefined || asked === undefined) return [];
  const namespaced = builtinKind(kind)?.namespaced !== false;
  return namespaced && namespace === undefined ? [] : [ref(kind, namespace, asked.name)];
}

/** What decides the exit code. */
export type ExitFlags = Pick<DiagnoseFlags, 'failOn' | 'exitZero' | 'strict'>;

/** The exit code for a report; see `EXIT`. */
export function exitCode(report: Report, flags: ExitFlags): number {
  const { strict } = flags;
  const worst = worstSeverity(report);
  if (fails(report, worst, flags)) return EXIT.findings;
  const blind = !report.coverage.complete || report.failures.length > 0;
  return strict === true && blind && worst === undefined ? EXIT.incomplete : EXIT.ok;
}

function fails(
  { baseline }: Report,
  worst: Severity | undefined,
  { exitZero, failOn = 'critical' }: ExitFlags,
): boolean {
  if (exitZero === true || failOn === 'never') return false;
  // Without a baseline nothing was known before; remarks are no news.
  if (failOn === 'new')
    return baseline === undefined ? worst === 'critical' || worst === 'warning' : baseline.added > 0;
  return worst !== undefined && SEVERITIES.indexOf(worst) <= SEVERITIES.indexOf(failOn);
}
