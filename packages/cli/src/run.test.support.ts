import { join } from 'node:path';
import { main } from './main.ts';

export const examples: string = join(import.meta.dirname, '../../../examples');
export const brokenShop: string = join(examples, 'broken-shop/cluster');

/** What a run printed and how it ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Surroundings of a test run. */
export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: { readonly columns: number };
  readonly cwd?: string;
  /** What the clock shows. */
  readonly now?: string;
  /** Standard error is a terminal. */
  readonly watched?: boolean;
  /** Is given what presses Ctrl-C. */
  readonly onReady?: (press: () => void) => void;
}

/** Runs the command line in this process, with streams of its own. */
export async function kroot(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    stdout: {
      write: (text) => out.push(text),
      ...(options.terminal === undefined ? {} : { isTTY: true, ...options.terminal }),
    },
    stderr: { write: (text) => err.push(text), ...(options.watched === true && { isTTY: true, columns: 80 }) },
    stdin: input(options.stdin ?? ''),
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    ...(options.now === undefined ? {} : { now: () => Date.parse(options.now ?? '') }),
    onInterrupt(listener) {
      options.onReady?.(listener);
      return () => undefined;
    },
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

async function* input(data: string | Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(Buffer.from(data));
}
