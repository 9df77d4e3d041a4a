import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { builtinAnalyzers } from '@kroot/analyzers';
import { diagnose, nextBaseline } from '@kroot/engine';
import { cleanJson, cleanText } from '@kroot/report';
import {
  BASELINE_SCHEMA_ID,
  BASELINE_VERSION,
  type Baseline,
  type BaselineDocument,
  type BaselineEntry,
  type Report,
} from '@kroot/types';
import { configured } from '../config/configured.ts';
import { nameFrom } from '../config/load-config.ts';
import { readInput } from '../diagnose-command.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { stopwatch } from '../output/stopwatch.ts';
import { checkOutput, writeOutput } from '../output/write-file.ts';
import { type Streams } from '../streams.ts';
import { type BaselineFlags } from './baseline-flags.ts';
import { readBaselineFile } from './read-baseline.ts';

const DEFAULT_FILE = 'kroot-baseline.json';

/** Writes down what is found now, so that later runs tell only what is new. */
export async function runBaselineUpdate(given: BaselineFlags, streams: Streams): Promise<number> {
  const settled = await configured(given, { settings: ['logs', 'quiet'], scope: true }, streams);
  const { flags, judgement, plugins } = settled;
  const configuredFile = settled.baseline;
  const path = resolve(streams.cwd, flags.baseline ?? configuredFile ?? DEFAULT_FILE);
  const name = nameFrom(streams.cwd, path);
  await checkOutput(path);
  const before = await known(path, name);
  if (before === undefined && flags.prune === true)
    throw new UsageError(`${name}: there is nothing to take out of yet`);
  const { interrupted, namespace, snapshot } = await readInput(flags, undefined, plugins, {
    streams,
    watch: stopwatch(flags, streams),
  });
  // What was not seen because somebody was in a hurry would be gone.
  if (interrupted) return EXIT.interrupted;
  const old: Baseline | undefined = before === undefined ? undefined : { name, entries: before.entries };
  const report = diagnose(snapshot, {
    analyzers: builtinAnalyzers,
    plugins,
    ...judgement,
    ...(old === undefined ? {} : { baseline: old }),
    ...(namespace === undefined ? {} : { namespace }),
  });
  const entries = nextBaseline(snapshot, report, { before: old, prune: flags.prune === true });
  await writeOutput(path, print(entries, report, before));
  streams.stdout.write(`${cleanText(`${name}: ${summary(entries, old?.entries ?? [])}`)}\n`);
  if (flags.quiet !== true && configuredFile !== path)
    streams.stderr.write(
      `kroot: use it with ${cleanText(`--baseline ${relative(streams.cwd, path)}`)}, or as baseline in the configuration\n`,
    );
  return EXIT.ok;
}

async function known(path: string, name: string): Promise<BaselineDocument | undefined> {
  if (!existsSync(path)) return undefined;
  const document = await readBaselineFile(path, name);
  // A report holds more than a baseline; whoever has only one of it wants to keep it.
  if (document === undefined)
    throw new UsageError(`${name} is no baseline file, so it is left alone; name another one with --baseline`);
  return document;
}

function print(entries: readonly BaselineEntry[], report: Report, before: BaselineDocument | undefined): string {
  const { diagnoses, suppressed, suppressedSymptoms = [], unexplained } = report;
  const words = new Map<string | undefined, string | undefined>([
    ...(before?.entries ?? []).map(({ id, what }) => [id, what] as const),
    ...[...diagnoses, ...suppressed, ...unexplained, ...suppressedSymptoms].map(
      ({ id, message }) => [id, message] as const,
    ),
  ]);
  const document: BaselineDocument = {
    $schema: BASELINE_SCHEMA_ID,
    baseline_version: BASELINE_VERSION,
    entries: entries.map((entry) => {
      const what = words.get(entry.id);
      return { ...entry, ...(what === undefined ? {} : { what }) };
    }),
  };
  return `${cleanJson(JSON.stringify(document, null, 2))}\n`;
}

function summary(now: readonly BaselineEntry[], before: readonly BaselineEntry[]): string {
  const [ids, old] = [now, before].map((entries) => new Set(entries.map(({ id }) => id)));
  const added = now.filter(({ id }) => old?.has(id) !== true).length;
  const removed = before.filter(({ id }) => ids?.has(id) !== true).length;
  return `${now.length} known, ${added} added, ${removed} taken out`;
}
