import { resolve } from 'node:path';
import { builtinAnalyzers } from '@kroot/analyzers';
import { isReport, isReportStream, readReport, readSnapshot } from '@kroot/cluster';
import { chainChanges, compareReports, diagnose, requireNamespace } from '@kroot/engine';
import { cleanJson, cleanText, fromDocument, renderComparison, toDocument } from '@kroot/report';
import { SEVERITIES, type Comparison, type Report, type Snapshot } from '@kroot/types';
import { configured, LOOKS, type Configured } from '../config/configured.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { resolveOutputPolicy } from '../output-policy.ts';
import { type Streams } from '../streams.ts';
import { toComparisonDocument } from './comparison-document.ts';
import { type DiffFlags } from './diff-flags.ts';

/** One side: a report, and the objects that it was made of where there are any. */
interface Side {
  readonly report: Report;
  readonly snapshot?: Snapshot;
}

/** Compares two captures or reports; ends with 1 when something at or above `--fail-on` is new. */
export async function runDiff(given: DiffFlags, before: string, after: string, streams: Streams): Promise<number> {
  if (before === '-' && after === '-') throw new UsageError('only one of the two can be standard input');
  const settled = await configured(given, { settings: LOOKS, scope: true }, streams);
  const { flags } = settled;
  const older = await sideOf(before, { ...settled, given }, streams);
  const newer = await sideOf(after, { ...settled, given }, streams);
  const [then, now] = [older.snapshot, newer.snapshot];
  const comparison = compareReports(
    older.report,
    newer.report,
    then === undefined || now === undefined ? undefined : (diagnosis) => chainChanges(then, now, diagnosis),
  );
  streams.stdout.write(print(comparison, { flags, streams, older: older.report, newer: newer.report }));
  return exitCode(comparison, flags);
}

async function sideOf(
  name: string,
  { flags, given, judgement, plugins }: Configured<DiffFlags> & { readonly given: DiffFlags },
  streams: Streams,
): Promise<Side> {
  const say = (text: string): void => {
    if (flags.quiet !== true) streams.stderr.write(`kroot: ${cleanText(text).replaceAll('\n', ' ')}\n`);
  };
  const piped = name === '-' ? await isReportStream(streams.stdin) : undefined;
  const stdin = piped?.all ?? streams.stdin;
  if (piped?.report ?? (await isReport(resolve(streams.cwd, name)))) {
    const { document, notice } = await readReport(name, { cwd: streams.cwd, stdin });
    if (notice !== undefined) say(notice);
    const report = fromDocument(document);
    requireScope(name, report, given);
    // A report does not say what it was read from twice; its file does.
    return { report: { ...report, source: { ...report.source, name } } };
  }
  const snapshot = await readSnapshot([name], { stdin });
  for (const notice of snapshot.notices) say(notice);
  const namespace = flags.allNamespaces === true ? undefined : (flags.namespace ?? snapshot.source.namespace);
  if (namespace !== undefined) requireNamespace(snapshot, namespace);
  const report = diagnose(snapshot, {
    analyzers: builtinAnalyzers,
    plugins,
    ...judgement,
    ...(namespace === undefined ? {} : { namespace }),
  });
  for (const { reason, rule } of report.failures) say(`analyzer ${rule} failed and was left out: ${reason}`);
  return { report: { ...report, source: { ...report.source, name } }, snapshot };
}

/** What was left out of a report cannot be added, and what else is in it would count as new or gone. */
function requireScope(name: string, { scope }: Report, { allNamespaces, namespace }: DiffFlags): void {
  if (allNamespaces === true || namespace === undefined || namespace === scope.namespace) return;
  const told = scope.namespace === undefined ? 'all namespaces' : `namespace ${scope.namespace}`;
  throw new UsageError(`${name} is a report on ${told}, and no other can be made of it: leave -n ${namespace} out`);
}

function print(
  comparison: Comparison,
  {
    flags,
    newer,
    older,
    streams,
  }: { readonly flags: DiffFlags; readonly streams: Streams; readonly older: Report; readonly newer: Report },
): string {
  if (flags.output === 'text')
    return renderComparison(comparison, resolveOutputPolicy(streams.env, streams.stdout, flags));
  const document = toComparisonDocument(comparison, toDocument(older), toDocument(newer));
  return `${cleanJson(JSON.stringify(document, null, 2))}\n`;
}

function exitCode({ added, unexplained }: Comparison, { exitZero, failOn }: DiffFlags): number {
  const threshold = exitZero === true || failOn === 'never' ? -1 : SEVERITIES.indexOf(failOn);
  const severities = [
    ...added.map(({ diagnosis }) => diagnosis.severity),
    ...unexplained.added.map((one) => one.severity),
  ];
  return severities.some((severity) => SEVERITIES.indexOf(severity) <= threshold) ? EXIT.findings : EXIT.ok;
}
