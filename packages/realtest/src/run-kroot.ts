import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const BIN = join(import.meta.dirname, '../../cli/src/bin.ts');

/** How a run of the command line ended. */
export interface KrootRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Surroundings of a run. */
export interface KrootOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs the command line from its sources as a process of its own, with nothing of our environment but the PATH. */
export async function kroot(args: readonly string[], { env = {}, cwd }: KrootOptions = {}): Promise<KrootRun> {
  return node(BIN, args, { env, ...(cwd === undefined ? {} : { cwd }) });
}

/** Runs a script of this workspace the same way. */
export async function node(script: string, args: readonly string[], options: KrootOptions = {}): Promise<KrootRun> {
  const child = spawn(process.execPath, ['-C', '@kroot/source', script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const texts = [child.stdout, child.stderr].map(async (stream) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const [stdout = '', stderr = ''] = await Promise.all(texts);
  return { code, stdout, stderr };
}

/** The version that the program names itself by, as in its User-Agent. */
export function krootVersion(): string {
  const manifest = JSON.parse(readFileSync(join(BIN, '../../package.json'), 'utf8')) as { readonly version: string };
  return manifest.version;
}
