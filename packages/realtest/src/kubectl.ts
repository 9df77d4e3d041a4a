import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command } from '@kroot/types';
import { type Manifest } from './api-client.ts';

/** How a run of kubectl ended. */
interface KubectlRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A kubectl of its own: its kubeconfig, its cache. */
export interface Kubectl {
  run(args: readonly string[], input?: string): Promise<KubectlRun>;
  /** Runs a command of a repair; values that a reader would fill in are made up. */
  command(command: Command, ...more: readonly string[]): Promise<KubectlRun>;
  /** The objects of a file as JSON, lists taken apart. Kinds that the server does not know are left out. */
  objects(file: string): Promise<readonly Manifest[]>;
}

/** Uses a kubectl with a kubeconfig; `folder` is for what it keeps. */
export function kubectlOf(binary: string, kubeconfig: string, folder: string): Kubectl {
  const secret = join(folder, 'made-up-value');
  writeFileSync(secret, 'made-up');
  const run: Kubectl['run'] = async (args, input) => {
    const child = spawn(binary, ['--kubeconfig', kubeconfig, '--cache-dir', join(folder, 'kubectl-cache'), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    child.stdin.end(input ?? '');
    const texts = [child.stdout, child.stderr].map(async (stream) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    const [stdout = '', stderr = ''] = await Promise.all(texts);
    return { code, stdout, stderr };
  };
  return {
    run,
    command: async ({ argv, input }, ...more) => {
      const words = argv.map((word) => (typeof word === 'string' ? word : `${word.prefix}${secret}`));
      return run([...words.slice(1), ...more], input);
    },
    objects: async (file) => {
      const { stdout } = await run(['create', '--dry-run=client', '--validate=false', '-o', 'json', '-f', file]);
      return documents(stdout);
    },
  };
}

/** kubectl prints one object behind the other, each from the margin on. */
function documents(text: string): readonly Manifest[] {
  return text
    .split(/^(?=\{)/m)
    .filter((part) => part.trim() !== '')
    .flatMap((part) => {
      const value = JSON.parse(part) as Manifest & { readonly items?: readonly Manifest[] };
      return value.kind === 'List' ? (value.items ?? []) : [value];
    });
}
