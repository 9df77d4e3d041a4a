import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kroot, type Run, type RunOptions } from '../run.test.support.ts';

/** A folder of its own for a test, with what it needs. */
export interface Workspace {
  readonly path: string;
  /** Puts files into it; names may have folders. */
  write(files: Readonly<Record<string, string>>): void;
  /** Runs the command line in it, or in a folder of it. */
  run(args: readonly string[], options?: RunOptions & { readonly in?: string }): Promise<Run>;
  remove(): void;
}

/** Makes an empty folder. */
export function workspace(): Workspace {
  const path = mkdtempSync(join(tmpdir(), 'kroot-config-'));
  return {
    path,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), text);
      }
    },
    async run(args, { in: folder = '.', ...options } = {}) {
      const cwd = join(path, folder);
      const before = process.cwd();
      // Inputs are seen from where the process is.
      process.chdir(cwd);
      try {
        return await kroot(args, { cwd, ...options });
      } finally {
        process.chdir(before);
      }
    },
    remove() {
      rmSync(path, { recursive: true });
    },
  };
}
