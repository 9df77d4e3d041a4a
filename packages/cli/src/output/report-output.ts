import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { FileLocation, Locate, TextOptions } from '@kroot/report';
import type { Report, ResourceRef, Snapshot } from '@kroot/types';
import { resolveOutputPolicy, resolveSurroundings, type Surroundings } from '../output-policy.ts';
import { UsageError } from '../errors.ts';
import { type Streams } from '../streams.ts';
import { parseDestinations, type Destination } from './destinations.ts';
import { type RenderContext } from './formats.ts';
import { appendSummary } from './job-summary.ts';
import { type OutputFlags } from './output-options.ts';
import { checkOutput, writeOutput } from './write-file.ts';

/** What is known of a report besides what it says. */
interface ReportFacts {
  /** Objects may say themselves which file they come from. */
  readonly snapshot?: Snapshot;
  /** Only of runs that asked a cluster: what was read from files is to give the same bytes each time. */
  readonly durationSeconds?: number;
  /** Knows files better than `--source-root`, such as the one that read them. */
  readonly locate?: Locate;
}

/** Prints a report in all formats that were asked for. */
export type WriteReport = (report: Report, facts?: ReportFacts) => Promise<void>;

/**
 * Reads what the user wants printed where, and fails before any work is done if that cannot be. What it gives writes the files,
 * each as a whole, then standard output, then what a CI server shows on top.
 */
export async function prepareOutput(flags: OutputFlags, streams: Streams): Promise<WriteReport> {
  const surroundings = resolveSurroundings(streams.env, flags);
  const destinations = parseDestinations(flags.output, surroundings.format).map((destination) => ({
    ...destination,
    ...(destination.file === undefined ? {} : { file: resolve(streams.cwd, destination.file) }),
  }));
  const written = new Set<string>();
  for (const { file } of destinations) {
    if (file === undefined) continue;
    // oxlint-disable-next-line no-await-in-loop -- the first that cannot be written is told
    const target = await checkOutput(file);
    if (written.has(target)) throw new UsageError(`two formats for one file: ${file}; name another one`);
    written.add(target);
  }
  return (report, facts = {}) => writeReport({ flags, streams, destinations, surroundings }, report, facts);
}

interface Output {
  readonly flags: OutputFlags;
  readonly streams: Streams;
  readonly destinations: readonly Destination[];
  readonly surroundings: Surroundings;
}

async function writeReport(output: Output, report: Report, facts: ReportFacts): Promise<void> {
  const { destinations, flags, streams } = output;
  const renderers = await import('@kroot/report');
  const locate = await locator(output, report, facts);
  const say = (text: string): void => {
    if (flags.quiet !== true) streams.stderr.write(`kroot: ${renderers.cleanText(text).replaceAll('\n', ' ')}\n`);
  };
  const context = (toFile: boolean): RenderContext => ({
    text: textOptions(flags, streams, toFile),
    locate,
    durationSeconds: facts.durationSeconds,
  });
  const print = ({ format, file }: Destination): string =>
    format.render(renderers, report, context(file !== undefined));
  const files = destinations.flatMap(({ file, ...rest }) => (file === undefined ? [] : [{ ...rest, file }]));
  // Files first: where one cannot be written nothing stands on standard output.
  for (const destination of files) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, the first that fails ends it
    await writeOutput(destination.file, print(destination));
  }
  const shown = destinations.find(({ file }) => file === undefined);
  if (shown !== undefined) streams.stdout.write(print(shown));
  for (const { format, name } of destinations)
    for (const notice of format.notices?.(renderers, report, context(false)) ?? []) say(`${name}: ${notice}`);
  const unseen = renderers.blindKinds(report);
  if (unseen > 0 && destinations.every(({ format }) => format.isBlind === true))
    say(
      `not everything could be seen: ${unseen === 1 ? '1 kind' : `${unseen} kinds`} in part or not at all; -o text lists them`,
    );
  await addForCi(
    output,
    say,
    () => renderers.renderMarkdown(report),
    () => renderers.renderAnnotations(report, { locate }),
  );
}

function textOptions(flags: OutputFlags, { env, stdout }: Streams, toFile: boolean): TextOptions {
  // Nobody can say how wide a file is read, or whether its reader knows colours.
  const policy = toFile
    ? { color: flags.color === 'always', width: 80, unicode: flags.ascii !== true }
    : resolveOutputPolicy(env, stdout, flags);
  return {
    ...policy,
    details: flags.details === true,
    showFixes: flags.showFixes !== false,
    showCommands: flags.showCommands === true,
    showSuppressed: flags.showSuppressed === true,
  };
}

async function locator(output: Output, report: Report, { locate, snapshot }: ReportFacts): Promise<Locate> {
  const { destinations, flags, streams, surroundings } = output;
  const isUsed = surroundings.annotations || destinations.some(({ format }) => format.usesFiles === true);
  if (!isUsed) return () => undefined;
  const { asWritten } = await import('@kroot/report');
  const inRepository = await fromRoot(streams.cwd);
  const known: Locate = (target, written) => inRepository(asWritten(target, written) ?? locate?.(target));
  if (flags.sourceRoot === undefined) return known;
  const { locateManifests } = await import('@kroot/cluster');
  const root = resolve(streams.cwd, flags.sourceRoot);
  const targets = targetsOf(report);
  const found = await locateManifests(root, { targets, ...(snapshot === undefined ? {} : { snapshot }) });
  return (target, written) => known(target, written) ?? found(target);
}

/** Paths as CI servers want them: from the root of the repository. What lies outside is in no file of it. */
async function fromRoot(cwd: string): Promise<(place: FileLocation | undefined) => FileLocation | undefined> {
  const { repositoryOf } = await import('@kroot/cluster');
  const root = await repositoryOf(cwd);
  return (place) => {
    if (place === undefined) return undefined;
    const path = relative(root, resolve(cwd, place.path)).split(sep).join('/');
    return path.startsWith('../') || isAbsolute(path) ? undefined : { ...place, path };
  };
}

function targetsOf({ diagnoses, suppressed, suppressedSymptoms = [], unexplained }: Report): readonly ResourceRef[] {
  const named = [...diagnoses, ...suppressed].flatMap(({ resource, rootCause, symptoms, traces }) => [
    rootCause,
    resource,
    ...symptoms.map((symptom) => symptom.resource),
    ...traces.flatMap(({ chain }) => chain),
  ]);
  return [...named, ...[...unexplained, ...suppressedSymptoms].map(({ resource }) => resource)];
}

async function addForCi(
  { destinations, flags, streams, surroundings }: Output,
  say: (text: string) => void,
  markdown: () => string,
  annotations: () => string,
): Promise<void> {
  const formats = new Set(destinations.map(({ name }) => name));
  // The runner reads commands from standard error as well, so that standard output stays one format.
  if (surroundings.annotations && !formats.has('github')) streams.stderr.write(annotations());
  const { hint, summary } = surroundings;
  if (summary !== undefined && !destinations.some(({ file }) => file === resolve(streams.cwd, summary))) {
    const problem = await appendSummary(summary, markdown());
    if (problem !== undefined) say(problem);
  }
  if (hint !== undefined && !hint.unless.some((format) => formats.has(format)) && flags.output === undefined)
    say(hint.text);
}
