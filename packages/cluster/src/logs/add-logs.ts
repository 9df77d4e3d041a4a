import { CONTAINER_LOG_KIND } from '@kroot/types';
import { type Assembly } from '../assemble.ts';
import { readBytes, readEnd } from '../input/files.ts';
import { type ReadLimits } from '../limits.ts';
import { logFileType, logsOfFile } from './log-layouts.ts';

const END_BYTES = 65_536;

/** Takes in a file of a dump if it holds logs of containers; gives whether it does. */
export async function addLogs(
  file: string,
  { assembly, limits }: { readonly assembly: Assembly; readonly limits: ReadLimits },
): Promise<boolean> {
  const type = logFileType(file);
  if (type === undefined) return false;
  const logs = logsOfFile(file, await (type === 'pod' ? readBytes(file, limits) : readEnd(file, END_BYTES))) ?? [];
  const items = logs
    .filter(({ spec }) => spec.lines.length > 0)
    .map((object) => ({ state: 'kept' as const, kind: CONTAINER_LOG_KIND, object, assumedNamespace: false }));
  assembly.add({ values: [], items, complete: false, reason: 'logs are read only of what is in the folder' }, file);
  return true;
}
