import { type ContainerLog } from '@kroot/types';
import { prepareBatch, type PreparedBatch } from '../assemble.ts';
import { type Batch } from '../batch.ts';
import { recognise } from '../documents.ts';
import { InputError } from '../errors.ts';
import { tooLarge } from '../input/collect-bytes.ts';
import { decodeDocuments } from '../input/decode.ts';
import { type ReadLimits } from '../limits.ts';
import { dumpScanner } from '../logs/dump-scanner.ts';
import { type ParcelContent } from '../parcel.ts';

/**
 * How the output of `kubectl cluster-info dump` begins: with the list of nodes, whose items do not say their kind, as JSON or
 * YAML, with its kind in front or (keys in order) behind the items.
 */
const BEGIN: readonly RegExp[] = [
  /^\s*\{\s*"kind"\s*:\s*"NodeList"/,
  /^\s*\{\s*"apiVersion"\s*:\s*"v1"\s*,\s*"(?:kind"\s*:\s*"NodeList"|items"\s*:\s*\[\s*\{\s*"metadata")/,
  /^(?:---\r?\n)?apiVersion: v1\r?\n(?:kind: NodeList|items:\r?\n- metadata:)/,
];
const START = Buffer.from('\n==== START logs for container ');

/** Lists in the order in which kubectl writes them for each namespace, after the nodes. */
export const DUMP_LISTS: readonly string[] = [
  'Event',
  'ReplicationController',
  'Service',
  'DaemonSet',
  'Deployment',
  'ReplicaSet',
  'Pod',
];

/** Whether a text may be such an output, by its first bytes. */
export function beginsLikeDump(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 1024)).toString('latin1');
  return BEGIN.some((pattern) => pattern.test(text));
}

/** Whether a text is one. */
export function isDump(bytes: Uint8Array): boolean {
  return beginsLikeDump(bytes) && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(START);
}

/** How to read a dump. */
export interface DumpOptions {
  readonly file: string;
  readonly limits: ReadLimits;
  /** Also the logs in it. */
  readonly logs: boolean;
}

/**
 * Reads what may be such an output piece by piece: of the logs no more than their ends is ever kept, of the lists no more than
 * those of one namespace. What a log holds is never taken for objects. Without logs in it, it is a text like others.
 */
export async function readDump(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: DumpOptions,
): Promise<ParcelContent | Uint8Array> {
  const { file, limits } = options;
  const parts: Uint8Array[] = [];
  const batches: PreparedBatch[] = [];
  /** `whole`: so many parts stand before the begin of a log, so that their lists are complete. */
  const seen = { size: 0, whole: 0, logs: false };
  const scanner = dumpScanner({
    onText: (part) => {
      seen.size += part.length;
      if (seen.size > limits.fileBytes) throw tooLarge(file, limits);
      parts.push(part);
    },
    onLog: () => {
      seen.whole = parts.length;
      seen.logs = true;
    },
  });
  for await (const chunk of chunks) {
    scanner.push(chunk);
    if (seen.whole > 0) batches.push(...(await listsOf(parts.splice(0, seen.whole), batches.length === 0, options)));
    seen.whole = 0;
  }
  const logs: readonly ContainerLog[] = scanner.finish();
  if (!seen.logs) return joined(parts);
  batches.push(...(await listsOf(parts, batches.length === 0, options)));
  return { type: 'dump', batches, logs: options.logs ? logs : [] };
}

async function listsOf(
  parts: readonly Uint8Array[],
  isFirst: boolean,
  { file, limits }: DumpOptions,
): Promise<readonly PreparedBatch[]> {
  const bytes = joined(parts);
  if (isBlank(bytes)) return [];
  const documents = await decodeDocuments(bytes, { file, limits }).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    // Its place counts from the last log.
    const problem = 'the dump is cut off, or something else was written into it';
    throw new InputError({ code: error.code, file, problem, next: 'dump the cluster again', cause: error });
  });
  const found = documents.flatMap(({ value }): readonly Batch[] => {
    const known = value === null || value === undefined ? [] : recognise(value);
    return typeof known === 'string' ? [] : known;
  });
  const lists = found.filter((batch) => isListOfDump(batch));
  if (isFirst && lists[0]?.hint?.kind !== 'Node') {
    const problem =
      'there are logs between its lists, but it does not begin with the nodes, as kubectl cluster-info dump does';
    throw new InputError({ code: 'KROOT_INPUT_NOT_KUBERNETES', file, problem, next: 'dump the cluster again' });
  }
  return lists.map((batch) => prepareBatch(batch));
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

function isListOfDump({ hint }: Batch): boolean {
  return hint !== undefined && (hint.kind === 'Node' || DUMP_LISTS.includes(hint.kind));
}
