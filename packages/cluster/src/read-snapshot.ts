import { type Snapshot, type SourceInfo } from '@kroot/types';
import { assemble, type Assembly } from './assemble.ts';
import { readList } from './bytes/list-reader.ts';
import { recognise, recogniseList } from './documents.ts';
import { InputError, type InputErrorCode } from './errors.ts';
import { decodeDocuments } from './input/decode.ts';
import { findFiles, readBytes, readStream } from './input/files.ts';
import { openBytes } from './input/open-bytes.ts';
import { DEFAULT_LIMITS, LARGE_FILE, type ReadLimits } from './limits.ts';
import { type CoverageStatement } from './snapshot/statement.ts';

/** How to read an input. */
export interface ReadOptions {
  /** What `-` stands for; the process's standard input when absent. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** The moment that the snapshot speaks of, instead of what the input says. */
  readonly now?: Date;
  readonly limits?: Partial<ReadLimits>;
}

/** How to make a snapshot of objects in memory. */
export interface ObjectsOptions {
  readonly now?: Date;
  readonly source?: SourceInfo;
  /** What is known about completeness, on top of what a List of the objects would show. */
  readonly coverage?: readonly CoverageStatement[];
}

const STDIN = 'standard input';

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
  const assembly = assemble();
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: the later of two equal objects wins
    await (name === '-'
      ? addStream(options.stdin ?? process.stdin, assembly, limits)
      : addPath(name, assembly, limits));
  }
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

async function addStream(stdin: AsyncIterable<Uint8Array>, assembly: Assembly, limits: ReadLimits): Promise<void> {
  await addBytes(await readStream(stdin, STDIN, limits), STDIN, assembly, limits);
}

async function addPath(name: string, assembly: Assembly, limits: ReadLimits): Promise<void> {
  const { folder, files } = await findFiles(name, limits);
  if (!folder) return addFile(name, assembly, limits);
  const bad: InputError[] = [];
  for (const file of files) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- bounds memory to one file, keeps the order
      await addFile(file, assembly, limits);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      bad.push(error);
    }
  }
  if (bad.length === files.length) throw nothingIn(name, bad[0]);
  return noteSkipped(name, bad, assembly);
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

async function addFile(file: string, assembly: Assembly, limits: ReadLimits): Promise<void> {
  await addBytes(await readBytes(file, limits), file, assembly, limits);
}

/** Takes in the documents of a file; those that are no Kubernetes objects are skipped if others are. */
async function addBytes(raw: Uint8Array, file: string, assembly: Assembly, limits: ReadLimits): Promise<void> {
  const bytes = await openBytes(raw, file, limits);
  const list = bytes.length < LARGE_FILE ? undefined : readList(bytes, limits.jsonDepth);
  const documents = list === undefined ? await decodeDocuments(bytes, { file, limits }) : [];
  const results =
    list === undefined
      ? documents.map(({ value, number }) => ({ number, found: recognise(value) }))
      : [{ number: 1, found: recogniseList(list) }];
  const bad = results.filter(({ found }) => typeof found === 'string');
  const [firstBad] = bad;
  if (bad.length === results.length) throw notKubernetes(file, results.length, firstBad?.found);
  for (const { number, found } of results) {
    if (typeof found === 'string') assembly.addNotice(`${file}: document ${number} ${found}: skipped`);
    else for (const batch of found) assembly.add(batch, file);
  }
}

function notKubernetes(file: string, documents: number, reason: unknown): InputError {
  return new InputError({
    code: documents === 0 ? 'KROOT_INPUT_EMPTY' : 'KROOT_INPUT_NOT_KUBERNETES',
    file,
    problem: typeof reason === 'string' ? `the input ${reason}` : 'the input holds no document',
    next: 'name a file with the output of kubectl get … -A -o json',
  });
}
