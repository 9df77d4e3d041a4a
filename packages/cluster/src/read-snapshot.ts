import { type Snapshot, type SourceInfo } from '@kroot/types';
import { assemble, type Assembly } from './assemble.ts';
import { readList } from './bytes/list-reader.ts';
import { captureBatch, finishOptions } from './capture/capture.ts';
import { isManifest, readManifest, type CaptureManifest } from './capture/manifest.ts';
import { recognise, recogniseList } from './documents.ts';
import { InputError, type InputErrorCode } from './errors.ts';
import { type JsonObject } from './guards.ts';
import { decodeDocuments } from './input/decode.ts';
import { type DecodedDocument } from './input/decoder.ts';
import { findFiles, readBytes, readStream } from './input/files.ts';
import { openBytes } from './input/open-bytes.ts';
import { addLogs } from './logs/add-logs.ts';
import { DEFAULT_LIMITS, LARGE_FILE, type ReadLimits } from './limits.ts';
import { type CoverageStatement } from './snapshot/statement.ts';

/** How to read an input. */
export interface ReadOptions {
  /** What `-` stands for; the process's standard input when absent. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** The moment that the snapshot speaks of, instead of what the input says. */
  readonly now?: Date;
  readonly limits?: Partial<ReadLimits>;
  /** Also the logs of containers that are in a folder, as dumps have them: their last lines, without credentials. */
  readonly logs?: boolean;
}

/** How to make a snapshot of objects in memory. */
export interface ObjectsOptions {
  readonly now?: Date;
  readonly source?: SourceInfo;
  /** What is known about completeness, on top of what a List of the objects would show. */
  readonly coverage?: readonly CoverageStatement[];
}

const STDIN = 'standard input';

/** A reading in progress. */
interface Reading {
  readonly assembly: Assembly;
  readonly limits: ReadLimits;
  readonly logs: boolean;
  /** Files with objects so far. */
  files: number;
  /** Those of them that are captures of kroot. */
  readonly captures: CaptureManifest[];
}

/** What other files of a folder are bound to be. */
const FOREIGN: ReadonlySet<InputErrorCode> = new Set([
  'KROOT_INPUT_NOT_KUBERNETES',
  'KROOT_INPUT_BINARY',
  'KROOT_INPUT_EMPTY',
]);

/**
 * Reads captured objects: files, folders, or `-` for standard input, in any mix; what they hold is recognised by its
 * content. Rejects with `InputError`.
 */
export async function readSnapshot(inputs: string | readonly string[], options: ReadOptions = {}): Promise<Snapshot> {
  const names = typeof inputs === 'string' ? [inputs] : inputs;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const reading: Reading = { assembly: assemble(), limits, logs: options.logs === true, files: 0, captures: [] };
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: the later of two equal objects wins
    await (name === '-' ? addStream(options.stdin ?? process.stdin, reading) : addPath(name, reading));
  }
  const { assembly, captures, files } = reading;
  const [capture] = captures;
  if (capture !== undefined && files === 1) {
    // What a live run would have printed: the capture itself says where and when it was taken.
    const stated = finishOptions(capture);
    return assembly.finish({ ...stated, now: options.now ?? stated.now });
  }
  for (const { notices } of captures) for (const notice of notices) assembly.addNotice(notice);
  const source = { type: 'file', name: names.map((name) => (name === '-' ? STDIN : name)).join(', ') } as const;
  return assembly.finish({ now: options.now, source, coverage: [] });
}

/** Makes a snapshot of plain API objects, with the same slimming and the same inference of coverage as for one List. */
export function snapshotFromObjects(objects: Iterable<unknown>, options: ObjectsOptions = {}): Snapshot {
  const assembly = assemble();
  const source = options.source ?? { type: 'memory', name: 'memory' };
  const values = [...objects];
  const found = recognise(values);
  const batches = typeof found === 'string' ? [{ values, complete: true }] : found;
  for (const batch of batches) assembly.add(batch, source.name);
  return assembly.finish({ now: options.now, source, coverage: options.coverage ?? [] });
}

async function addStream(stdin: AsyncIterable<Uint8Array>, reading: Reading): Promise<void> {
  await addBytes(await readStream(stdin, STDIN, reading.limits), STDIN, reading);
}

async function addPath(name: string, reading: Reading): Promise<void> {
  const { folder, files } = await findFiles(name, reading.limits);
  if (!folder) return addFile(name, reading);
  const bad: InputError[] = [];
  for (const file of files) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- bounds memory to one file, keeps the order
      if (reading.logs && (await addLogs(file, reading))) continue;
      // oxlint-disable-next-line no-await-in-loop -- the same
      await addFile(file, reading);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      bad.push(error);
    }
  }
  if (bad.length === files.length) throw nothingIn(name, bad[0]);
  return noteSkipped(name, bad, reading.assembly);
}

/** Folders of captures hold logs and much else: one line for all of those, one each for files that should have been good. */
function noteSkipped(folder: string, errors: readonly InputError[], assembly: Assembly): void {
  const foreign = errors.filter(({ code }) => FOREIGN.has(code));
  const [first] = foreign;
  if (first !== undefined) {
    const files = foreign.length === 1 ? '1 file holds' : `${foreign.length} files hold`;
    assembly.addNotice(`${folder}: ${files} no Kubernetes objects: skipped (first: ${first.file})`);
  }
  for (const error of errors) if (!FOREIGN.has(error.code)) assembly.addNotice(`${error.message} (file skipped)`);
}

function nothingIn(folder: string, first: InputError | undefined): InputError {
  const next = first === undefined ? 'name a folder with JSON or YAML files' : `the first file: ${first.message}`;
  const problem = 'the folder holds no file with Kubernetes objects';
  return new InputError({ code: 'KROOT_INPUT_NOT_KUBERNETES', file: folder, problem, next, cause: first });
}

async function addFile(file: string, reading: Reading): Promise<void> {
  await addBytes(await readBytes(file, reading.limits), file, reading);
}

/** Takes in the documents of a file; those that are no Kubernetes objects are skipped if others are. */
async function addBytes(raw: Uint8Array, file: string, reading: Reading): Promise<void> {
  const { assembly, limits } = reading;
  const bytes = await openBytes(raw, file, limits);
  const list = bytes.length < LARGE_FILE ? undefined : readList(bytes, limits.jsonDepth);
  const documents = list === undefined ? await decodeDocuments(bytes, { file, limits }) : [];
  const [first, ...others] = documents;
  if (first !== undefined && isManifest(first.value)) return addCapture(first.value, others, file, reading);
  const results =
    list === undefined
      ? documents.map(({ value, number }) => ({ number, found: recognise(value) }))
      : [{ number: 1, found: recogniseList(list) }];
  const bad = results.filter(({ found }) => typeof found === 'string');
  const [firstBad] = bad;
  if (bad.length === results.length) throw notKubernetes(file, results.length, firstBad?.found);
  reading.files += 1;
  for (const { number, found } of results) {
    if (typeof found === 'string') assembly.addNotice(`${file}: document ${number} ${found}: skipped`);
    else for (const batch of found) assembly.add(batch, file);
  }
}

function addCapture(head: JsonObject, documents: readonly DecodedDocument[], file: string, reading: Reading): void {
  const manifest = readManifest(head);
  if (typeof manifest === 'string') {
    const problem = `the input ${manifest}`;
    throw new InputError({
      code: 'KROOT_INPUT_NOT_KUBERNETES',
      file,
      problem,
      next: 'capture again with kroot capture',
    });
  }
  if (documents.length < manifest.objects) {
    const problem = `the capture is cut off: it holds ${documents.length} of ${manifest.objects} objects`;
    throw new InputError({ code: 'KROOT_INPUT_SYNTAX', file, problem, next: 'copy the file again' });
  }
  const values = documents.map(({ value }) => value);
  reading.assembly.add(captureBatch(manifest, values), file);
  reading.captures.push(manifest);
  reading.files += 1;
}

function notKubernetes(file: string, documents: number, reason: unknown): InputError {
  return new InputError({
    code: documents === 0 ? 'KROOT_INPUT_EMPTY' : 'KROOT_INPUT_NOT_KUBERNETES',
    file,
    problem: typeof reason === 'string' ? `the input ${reason}` : 'the input holds no document',
    next: 'name a file with the output of kubectl get … -A -o json',
  });
}
