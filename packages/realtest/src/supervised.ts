import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';

// The program ends with us, however we end: the shell waits on a pipe that the kernel closes when this process is gone.
const SUPERVISOR = `
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{ read -r _ <&3; kill "$child" 2>/dev/null; sleep 10; kill -9 "$child" 2>/dev/null; } >/dev/null 2>&1 &
watcher=$!
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

/** A program that runs until it is stopped or this process ends. */
export interface Supervised {
  readonly name: string;
  /** Throws when the program has ended by itself, with the end of its log. */
  check(): void;
  stop(): Promise<void>;
}

/** Starts a program with its output in a log file. */
export function supervise(name: string, command: readonly string[], logFile: string): Supervised {
  const log = openSync(logFile, 'a');
  const child = spawn('sh', ['-c', SUPERVISOR, name, ...command], { stdio: ['pipe', log, log] });
  const ended = once(child, 'exit');
  const { stdin } = child;
  if (stdin === null) throw new Error('no pipe');
  // A program that dies closes the pipe under our hands.
  stdin.on('error', () => undefined);
  return {
    name,
    check: () => {
      if (child.exitCode === null && child.signalCode === null) return;
      const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
      throw new Error(`${name} has ended:\n${lines.slice(-5).join('\n')}`);
    },
    stop: async () => {
      stdin.destroy();
      await ended;
    },
  };
}
