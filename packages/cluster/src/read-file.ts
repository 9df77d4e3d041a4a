import { prepareBatch } from './assemble.ts';
import { type Batch } from './batch.ts';
import { readList } from './bytes/list-reader.ts';
import { captureBatch } from './capture/capture.ts';
import { isManifest, readManifest } from './capture/manifest.ts';
import { recognise, recogniseList } from './documents.ts';
import { InputError } from './errors.ts';
import { type JsonObject } from './guards.ts';
import { decodeDocuments } from './input/decode.ts';
import { type DecodedDocument } from './input/decoder.ts';
import { type InputEntry } from './input/entry.ts';
import { openBytes } from './input/open-bytes.ts';
import { factOf } from './layouts/facts.ts';
import { isDump, readDump } from './layouts/dump-stream.ts';
import { typeByPlace } from './layouts/support-bundle-files.ts';
import { LARGE_FILE, type ReadLimits } from './limits.ts';
import { readLogEntry } from './logs/add-logs.ts';
import { isLogFile } from './logs/log-layouts.ts';
import { type Parcel, type ParcelContent } from './parcel.ts';

/** How to read files. */
export interface FileOptions {
  readonly limits: ReadLimits;
  /** Also logs. */
  readonly logs: boolean;
}

/**
 * Reads a file of a folder or an archive; `spend` is told how many bytes of it were looked at. Undefined: logs that nobody
 * asked for. Rejects with `InputError` only where the whole input is to blame.
 */
export async function readEntry(
  entry: InputEntry,
  options: FileOptions,
  spend: (bytes: number) => void,
): Promise<Parcel | undefined> {
  const { file, path } = entry;
  /** What is wrong with this file alone; what is wrong with the archive around it is no matter of one file. */
  const own = (error: unknown): InputError => {
    if (error instanceof InputError && error.file === file) return error;
    throw error;
  };
  if (isLogFile(path)) {
    const content = options.logs ? await readLogEntry(entry).catch(own) : undefined;
    if (content instanceof InputError) return { path, file, content: { type: 'bad', error: content, fact: undefined } };
    return content === undefined ? undefined : { path, file, content };
  }
  const raw = await entry.bytes().catch(own);
  if (raw instanceof InputError) return { path, file, content: { type: 'bad', error: raw, fact: undefined } };
  const bytes = await openBytes(raw, file, options.limits).catch(own);
  spend(bytes instanceof InputError ? raw.length : bytes.length);
  const content = bytes instanceof InputError ? bytes : await readText(bytes, path, file, options).catch(own);
  return content instanceof InputError
    ? { path, file, content: { type: 'bad', error: content, fact: factOf(path, raw) } }
    : { path, file, content };
}

/** Reads a file that was named itself. Rejects with `InputError`. */
export async function readFile(raw: Uint8Array, file: string, options: FileOptions): Promise<ParcelContent> {
  return readText(await openBytes(raw, file, options.limits), '', file, options);
}

async function readText(bytes: Uint8Array, path: string, file: string, options: FileOptions): Promise<ParcelContent> {
  const { limits } = options;
  if (isDump(bytes)) {
    const dump = await readDump([bytes], { file, ...options });
    if (!(dump instanceof Uint8Array)) return dump;
  }
  const list = bytes.length < LARGE_FILE ? undefined : readList(bytes, limits.jsonDepth);
  const documents = list === undefined ? await decodeDocuments(bytes, { file, limits }) : [];
  const [first, ...others] = documents;
  if (first !== undefined && isManifest(first.value)) return readCapture(first.value, others, file);
  const hint = typeByPlace(path);
  const results =
    list === undefined
      ? documents.map(({ value, number }) => ({ number, found: recognise(value, hint) }))
      : [{ number: 1, found: recogniseList(list) }];
  const bad = results.filter(({ found }) => typeof found === 'string');
  const [firstBad] = bad;
  if (bad.length === results.length) throw notKubernetes(file, results.length, firstBad?.found);
  const notices = bad.map(
    ({ number, found }) => `document ${number} ${typeof found === 'string' ? found : ''}: skipped`,
  );
  const batches = results.flatMap(({ found }): readonly Batch[] => (typeof found === 'string' ? [] : found));
  return { type: 'objects', batches: batches.map((batch) => prepareBatch(batch)), notices };
}

function readCapture(head: JsonObject, documents: readonly DecodedDocument[], file: string): ParcelContent {
  const manifest = readManifest(head);
  if (typeof manifest === 'string') {
    const problem = `the input ${manifest}`;
    const next = 'capture again with kroot capture';
    throw new InputError({ code: 'KROOT_INPUT_NOT_KUBERNETES', file, problem, next });
  }
  if (documents.length < manifest.objects) {
    const problem = `the capture is cut off: it holds ${documents.length} of ${manifest.objects} objects`;
    throw new InputError({ code: 'KROOT_INPUT_SYNTAX', file, problem, next: 'copy the file again' });
  }
  const values = documents.map(({ value }) => value);
  return { type: 'capture', manifest, batch: prepareBatch(captureBatch(manifest, values)) };
}

function notKubernetes(file: string, documents: number, reason: unknown): InputError {
  return new InputError({
    code: documents === 0 ? 'KROOT_INPUT_EMPTY' : 'KROOT_INPUT_NOT_KUBERNETES',
    file,
    problem: typeof reason === 'string' ? `the input ${reason}` : 'the input holds no document',
    next: 'name a file with the output of kubectl get … -A -o json',
  });
}
