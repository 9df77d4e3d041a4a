import { type ContainerLog } from '@kroot/types';
import { type InputEntry } from '../input/entry.ts';
import { type ParcelContent } from '../parcel.ts';
import { dumpScanner } from './dump-scanner.ts';
import { containerLogs, logFileType } from './log-layouts.ts';

const END_BYTES = 65_536;

/** Reads a file of a dump that holds logs: of one container its end, of all containers of a pod from front to back. */
export async function readLogEntry(entry: InputEntry): Promise<ParcelContent | undefined> {
  const type = logFileType(entry.path);
  if (type === undefined) return undefined;
  const logs = type === 'pod' ? await scan(entry) : containerLogs(entry.path, await entry.end(END_BYTES));
  return { type: 'logs', logs: logs.filter(({ spec }) => spec.lines.length > 0) };
}

async function scan(entry: InputEntry): Promise<readonly ContainerLog[]> {
  const scanner = dumpScanner();
  for await (const chunk of entry.chunks()) scanner.push(chunk);
  return scanner.finish();
}
