import { timeOf, type ContainerState, type LogTail } from '@kroot/graph';
import { runtimeWords } from '../messages/start-error.ts';
import { inline, span } from './words.ts';

const SIGNALS: ReadonlyMap<number, string> = new Map([
  [4, 'SIGILL'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [15, 'SIGTERM'],
  [31, 'SIGSYS'],
]);

/** How a container last ended: `ended with exit code 139 (SIGSEGV) 4 s after its start`. */
export function endWords({ terminated }: ContainerState): string {
  if (terminated === undefined) return 'ends again and again';
  const { exitCode, reason } = terminated;
  const signal = exitCode > 128 ? SIGNALS.get(exitCode - 128) : undefined;
  const name = signal ?? (reason === 'Error' || reason === 'Completed' ? undefined : reason);
  return `ended with exit code ${exitCode}${name === undefined ? '' : ` (${name})`}${lifeWords(terminated)}`;
}

function lifeWords(terminated: NonNullable<ContainerState['terminated']>): string {
  const from = timeOf(terminated.startedAt);
  const to = timeOf(terminated.finishedAt);
  // A container that was never started has the epoch for a start.
  if (from === undefined || to === undefined || from <= 0 || to < from) return '';
  return to - from < 1000 ? ' at once' : ` ${span(to - from)} after its start`;
}

/** The container's last words as a clause, or that there are none. */
export function lastWords({ terminated }: ContainerState): string {
  const message = inline(runtimeWords(terminated?.message ?? ''), 240);
  return message === '' ? 'it left no termination message' : `its last words are "${message}"`;
}

/** The line of the container's log that tells, or the last one, as a clause; undefined where the log was not read. */
export function logWords({ log, logLine }: { readonly log?: LogTail; readonly logLine?: number }): string | undefined {
  const line = log?.lines[logLine ?? log.lines.length - 1];
  if (log === undefined || line === undefined) return undefined;
  const isLast = logLine === undefined || logLine === log.lines.length - 1;
  return `${isLast ? 'the last line of its log is' : 'the end of its log says'} "${inline(line, 240)}"`;
}

/** `, 5 restarts so far`, or nothing. */
export function restartWords({ status }: ContainerState): string {
  const count = status?.restartCount ?? 0;
  return count === 0 ? '' : `, with ${count} restart${count === 1 ? '' : 's'} so far`;
}
