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
import { isDumpStream, readDumpStream } from './layouts/dump-stream.ts';
import { typeByPlace } from './layouts/support-bundle-files.ts';
import { LARGE_FILE, type ReadLimits } from './limits.ts';
import { readLogEntry } from './logs/add-logs.ts';
import { isLogFile } from './logs/log-layouts.ts';
import { type Parcel, type ParcelContent } from './parcel.ts';

/** Reads a file of a folder or an archive. Undefined: logs that nobody asked for. Never rejects with `InputError`. */
export async function readEntry(entry: InputEntry, limits: ReadLimits, logs: boolean): Promise<Parcel | undefined> {
  const { file, path } = entry;
  if (isLogFile(path)) {
    const content = logs ? await readLogEntry(entry) : undefined;
    return content === undefined ? undefined : { path, file, content };
  }
  let bytes: Uint8Array | undefined;
  try {
    bytes = await entry.bytes();
    return { path, file, content: await readFile(bytes, path, file, limits) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { path, file, content: { type: 'bad', error, fact: bytes === undefined ? undefined : factOf(path, bytes) } };
  }
}

/** Reads what a file holds; `path` is empty for one that was named itself. Rejects with `InputError`. */
export async function readFile(
  raw: Uint8Array,
  path: string,
  file: string,
  limits: ReadLimits,
): Promise<ParcelContent> {
  const bytes = await openBytes(raw, file, limits);
  if (isDumpStream(bytes)) return readDumpStream(bytes, file, limits);
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
  const notices = bad.map(({ number, found }) => `document ${number} ${String(found)}: skipped`);
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
