import { prepareBatch, type PreparedBatch } from '../assemble.ts';
import { type Batch } from '../batch.ts';
import { recognise } from '../documents.ts';
import { InputError } from '../errors.ts';
import { jsonDecoder } from '../input/json-decoder.ts';
import { type ReadLimits } from '../limits.ts';
import { dumpScanner } from '../logs/dump-scanner.ts';
import { type ParcelContent } from '../parcel.ts';

const START = Buffer.from('==== START logs for container ');
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

/** Whether a text is what `kubectl cluster-info dump` prints: lists in JSON with the logs of containers between them. */
export function isDumpStream(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = text.subarray(0, 4096).toString('latin1').trimStart();
  if (!first.startsWith('{') || !/"kind"\s*:\s*"NodeList"/.test(headOf(text))) return false;
  const at = text.indexOf(START);
  return at > 0 && text[at - 1] === 0x0a;
}

/** The list of nodes is the first; its kind stands before the items or, in old versions, behind them. */
function headOf(text: Buffer): string {
  const end = text.indexOf(START);
  return end === -1 ? '' : text.subarray(0, Math.min(end, 16 * 1024 * 1024)).toString('latin1');
}

/** Reads such a text. What a log holds is never taken for objects. */
export function readDumpStream(bytes: Uint8Array, file: string, limits: ReadLimits): ParcelContent {
  const parts: Uint8Array[] = [];
  const scanner = dumpScanner((part) => parts.push(part));
  scanner.push(bytes);
  const logs = scanner.finish();
  const batches: PreparedBatch[] = [];
  for (const { value } of jsonDecoder.decode(Buffer.concat(parts), { file, limits })) {
    const found = recognise(value);
    if (typeof found === 'string') {
      const problem = `the dump ${found}`;
      throw new InputError({ code: 'KROOT_INPUT_NOT_KUBERNETES', file, problem, next: 'dump the cluster again' });
    }
    batches.push(...found.filter((batch) => isListOfDump(batch)).map((batch) => prepareBatch(batch)));
  }
  return { type: 'dump', batches, logs };
}

function isListOfDump({ hint }: Batch): boolean {
  return hint !== undefined && (hint.kind === 'Node' || DUMP_LISTS.includes(hint.kind));
}
