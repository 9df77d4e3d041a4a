import { type Snapshot, type SourceInfo } from '@kroot/types';
import { assemble } from './assemble.ts';
import { finishOptions } from './capture/capture.ts';
import { recognise } from './documents.ts';
import { type OpenInput, openInput, openStream } from './input/open-input.ts';
import { InputError } from './errors.ts';
import { beginsLikeDump, readDump } from './layouts/dump-stream.ts';
import { DEFAULT_LIMITS, type ReadLimits } from './limits.ts';
import { type Parcel } from './parcel.ts';
import { placeParcel, placeParcels, type Gathered } from './place-parcels.ts';
import { readEntry, readFile, type FileOptions } from './read-file.ts';
import { type CoverageStatement } from './snapshot/statement.ts';

/** How to read an input. */
export interface ReadOptions {
  /** What `-` stands for; the process's standard input when absent. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** The moment that the snapshot speaks of, instead of what the input says. */
  readonly now?: Date;
  readonly limits?: Partial<ReadLimits>;
  /** Also the logs of containers, where a dump has them: their last lines, without credentials. */
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
  readonly gathered: Gathered;
  readonly options: FileOptions;
}

/**
 * Reads captured objects: files, folders, archives (tar, tar.gz, zip), or `-` for standard input, in any mix; what they hold
 * is recognised by its content. Nothing is ever unpacked to disk. Rejects with `InputError`.
 */
export async function readSnapshot(inputs: string | readonly string[], options: ReadOptions = {}): Promise<Snapshot> {
  const names = typeof inputs === 'string' ? [inputs] : inputs;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const assembly = assemble();
  const gathered: Gathered = {
    assembly,
    captures: [],
    layouts: new Set(),
    serverVersions: new Set(),
    files: 0,
    plain: 0,
  };
  const reading: Reading = { gathered, options: { limits, logs: options.logs === true } };
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: the later of two equal objects wins
    await addInput(name, options.stdin ?? process.stdin, reading);
  }
  const { captures, files } = gathered;
  const [capture] = captures;
  if (capture !== undefined && files === 1) {
    // What a live run would have printed: the capture itself says where and when it was taken.
    const stated = finishOptions(capture);
    return assembly.finish({ ...stated, now: options.now ?? stated.now });
  }
  for (const { notices } of captures) for (const notice of notices) assembly.addNotice(notice);
  const source = sourceOf(names, gathered);
  return assembly.finish({ now: options.now, source, coverage: [] });
}

function sourceOf(
  names: readonly string[],
  { assembly, captures, layouts, plain, serverVersions }: Gathered,
): SourceInfo {
  const [layout] = layouts;
  // With other objects beside it, no dump can say what is not there.
  if (layout !== undefined && layouts.size === 1 && plain === 0 && captures.length === 0)
    assembly.explain(layout.reasons);
  const [serverVersion] = serverVersions;
  return {
    type: 'file',
    name: names.map((name) => (name === '-' ? STDIN : name)).join(', '),
    ...(serverVersion !== undefined && serverVersions.size === 1 && { serverVersion }),
    ...(layouts.size > 0 && { layout: [...layouts].map(({ name }) => name).join(', ') }),
  };
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

async function addInput(name: string, stdin: AsyncIterable<Uint8Array>, reading: Reading): Promise<void> {
  const { gathered, options } = reading;
  const file = name === '-' ? STDIN : name;
  const opening = { limits: options.limits, isStream: beginsLikeDump };
  const input = await (name === '-' ? openStream(stdin, file, opening) : openInput(name, opening));
  if ('entries' in input) return addFiles(file, input, reading);
  const found = input.type === 'file' ? input.bytes : await readDump(input.chunks, { file, ...options });
  const content = found instanceof Uint8Array ? await readFile(found, file, options) : found;
  placeParcel({ path: '', file, content }, gathered);
}

async function addFiles(
  name: string,
  { entries, skipped }: Extract<OpenInput, { readonly type: 'folder' | 'archive' }>,
  { gathered, options }: Reading,
): Promise<void> {
  const parcels: Parcel[] = [];
  let spent = 0;
  const spend = (bytes: number): void => {
    spent += bytes;
    if (spent <= options.limits.textBytes) return;
    const problem = `its files hold more than ${options.limits.textBytes} bytes besides logs`;
    throw new InputError({ code: 'KROOT_INPUT_TOO_LARGE', file: name, problem, next: 'name only the parts you mean' });
  };
  for await (const entry of entries) {
    const parcel = await readEntry(entry, options, spend);
    if (parcel !== undefined) parcels.push(parcel);
  }
  placeParcels(name, parcels, gathered);
  for (const notice of skipped.notices()) gathered.assembly.addNotice(`${name}: ${notice}`);
}
