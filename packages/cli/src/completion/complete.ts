import { COMMANDS } from '../command-table.ts';
import { type Streams } from '../streams.ts';
import { SHELLS } from './scripts.ts';
import { readTypedWords, type TypedWords } from './typed-words.ts';

/** Directives of cobra, which kubectl understands: complete files, or do not. */
const FILES = ':0';
const NO_FILES = ':4';

const FILE_OPTIONS: ReadonlySet<string> = new Set([
  'context-file',
  'capture',
  'plugin',
  'kubeconfig',
  'certificate-authority',
  'client-certificate',
  'client-key',
  'source-root',
]);

const TARGETS = [
  'cluster',
  'pod',
  'deploy/',
  'sts/',
  'ds/',
  'job/',
  'cronjob/',
  'svc/',
  'ing/',
  'pvc/',
  'node/',
  'ns/',
];

const WORKLOADS = ['pod/', 'deploy/', 'sts/', 'ds/', 'job/', 'cronjob/'];
/** Commands that take an object. */
const OF_OBJECTS: ReadonlySet<string> = new Set(['diagnose', 'graph', 'tree']);

const ENDS = ['outside', ...WORKLOADS];
/** Who asks, and what for. */
const PATH_ENDS = [
  ['internet', ...WORKLOADS, 'ing/', 'gateway/'],
  ['svc/', ...WORKLOADS, 'ing/'],
];

/**
 * Prints what could stand for the last of the words, one a line, and a directive: what kubectl asks plugins for
 * (`kubectl_complete-kroot`), and our own scripts too.
 */
export async function complete(words: readonly string[], streams: Streams): Promise<void> {
  const typed = readTypedWords(words);
  const isFile =
    typed.option === undefined ? namesFile(typed) && !typed.word.startsWith('-') : takesFile(typed, typed.option);
  const found = isFile ? [] : await candidates(typed, streams);
  const fitting = found.filter((candidate) => candidate.startsWith(typed.word));
  for (const candidate of fitting) streams.stdout.write(`${typed.before}${candidate}\n`);
  streams.stdout.write(`${isFile ? FILES : NO_FILES}\n`);
}

/** Whether the positional argument that is being typed is a file. */
function namesFile({ command, positionals }: TypedWords): boolean {
  return (command === 'netpol' && positionals[0] === 'diff') || (command === 'render' && positionals.length === 0);
}

function takesFile({ command }: TypedWords, option: string): boolean {
  return FILE_OPTIONS.has(option) || (command === 'capture' && option === 'output');
}

async function candidates(typed: TypedWords, streams: Streams): Promise<readonly string[]> {
  const { command, option, options, word } = typed;
  if (option !== undefined) return valuesOf(typed, option, streams);
  if (word.startsWith('-')) return Object.keys(options).map((name) => `--${name}`);
  if (command === undefined) return [...COMMANDS.keys()];
  return positional(typed, streams);
}

async function valuesOf({ options, values }: TypedWords, option: string, streams: Streams): Promise<readonly string[]> {
  const { choices, suggestions } = options[option] ?? {};
  if (Array.isArray(choices)) return choices.map(String);
  if (suggestions !== undefined) return suggestions;
  if (option !== 'context' && option !== 'namespace') return [];
  const { contexts, names } = await import('./live-names.ts');
  return option === 'context' ? contexts(values, streams) : names('Namespace', values, streams);
}

async function positional(
  { command, positionals, values, word }: TypedWords,
  streams: Streams,
): Promise<readonly string[]> {
  if (command === 'completion') return positionals.length === 0 ? SHELLS : [];
  if (command === 'render') return [];
  if (command === 'explain') return positionals.length === 0 ? ruleIds() : [];
  if (command === 'path') return endWords(word, values, streams, PATH_ENDS[positionals.length]);
  if (command === 'netpol') return netpolWords(positionals, word, values, streams);
  return command !== undefined && OF_OBJECTS.has(command)
    ? targetWords(command, positionals, word, values, streams)
    : [];
}

async function targetWords(
  command: string,
  [target, ...more]: readonly string[],
  word: string,
  values: TypedWords['values'],
  streams: Streams,
): Promise<readonly string[]> {
  if (target === undefined)
    return word.includes('/') ? objects(word.split('/')[0] ?? '', true, values, streams) : targetsOf(command);
  return more.length > 0 || target.includes('/') || target === 'cluster' ? [] : objects(target, false, values, streams);
}

/** Words for everything and for pods are those of `diagnose`; what is looked at around includes what is named and not there. */
function targetsOf(command: string): readonly string[] {
  return command === 'diagnose' ? TARGETS : ['pod/', ...TARGETS.filter((word) => word.endsWith('/')), 'secret/', 'cm/'];
}

/** Ends of connections are written as targets are; files that a diff compares are completed by the shell. */
async function netpolWords(
  [verb, ...ends]: readonly string[],
  word: string,
  values: TypedWords['values'],
  streams: Streams,
): Promise<readonly string[]> {
  if (verb === undefined) return ['list', 'explain', 'diff'];
  if (verb !== 'explain' || ends.length > 1) return [];
  return endWords(word, values, streams, ENDS);
}

async function endWords(
  word: string,
  values: TypedWords['values'],
  streams: Streams,
  starts: readonly string[] | undefined,
): Promise<readonly string[]> {
  if (starts === undefined) return [];
  return word.includes('/') ? objects(word.split('/')[0] ?? '', true, values, streams) : starts;
}

async function objects(
  written: string,
  withKind: boolean,
  values: TypedWords['values'],
  streams: Streams,
): Promise<readonly string[]> {
  const [{ builtinKindNamed }, { names }] = await Promise.all([import('@kroot/engine'), import('./live-names.ts')]);
  const kind = builtinKindNamed(written);
  const found = kind === undefined ? [] : await names(kind, values, streams);
  return withKind ? found.map((name) => `${written}/${name}`) : found;
}

async function ruleIds(): Promise<readonly string[]> {
  const { builtinAnalyzers } = await import('@kroot/analyzers');
  return builtinAnalyzers.map(({ meta }) => meta.id);
}
