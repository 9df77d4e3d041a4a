import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';

/** What a program cost. */
export interface Cost {
  readonly seconds: number;
  /** Peak of its resident memory. */
  readonly megabytes: number;
  readonly code: number | null;
  readonly stderr: string;
}

const POLL = 5;

/** Runs a program with its output thrown away. Linux only: the kernel keeps the peak for as long as the process lives. */
export async function measured(command: readonly string[]): Promise<Cost> {
  const [program = '', ...args] = command;
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', openSync('/dev/null', 'w'), 'pipe'] });
  let kilobytes = 0;
  const poll = setInterval(() => {
    kilobytes = Math.max(kilobytes, peakOf(child.pid));
  }, POLL);
  const said: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(poll);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, megabytes: kilobytes / 1024, code, stderr: Buffer.concat(said).toString() };
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    // It has just ended.
    return 0;
  }
}
