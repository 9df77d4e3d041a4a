import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** The root of the repository. */
export const ROOT: string = join(import.meta.dirname, '../../../..');

/** How a script ended. */
export interface ScriptRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The words that npx was given; empty if it was not called. */
  readonly words: readonly string[];
  /** Files that a CI server reads: `$GITHUB_OUTPUT`, `$GITHUB_STEP_SUMMARY`. */
  readonly outputs: string;
  readonly summary: string;
}

/** Where scripts run that call npx, which stands for the one of npm and runs the sources of this package. */
export interface Workplace {
  readonly folder: string;
  /** With `code` npx only makes its SARIF file and ends with this code, which is much faster than kroot. */
  run(command: readonly string[], env: Readonly<Record<string, string>>, code?: number): ScriptRun;
  remove(): void;
}

/** A folder with an npx that writes down its words, and runs kroot with those after `--`. */
export function workplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'kroot-delivery-'));
  const file = (name: string): string => join(folder, name);
  writeFileSync(
    file('npx'),
    [
      '#!/usr/bin/env bash',
      `printf '%s\\0' "$@" > "$NPX_WORDS"`,
      'if [ -n "$NPX_CODE" ]; then',
      '  for word; do case $word in --output=sarif:github=*) : > "${word#--output=sarif:github=}" ;; esac; done',
      '  exit "$NPX_CODE"',
      'fi',
      'while [ "$1" != -- ]; do shift; done',
      'if [ "$2" != kroot ]; then exit 127; fi',
      `exec "$NODE" -C @kroot/source "$BIN" "\${@:3}"`,
      '',
    ].join('\n'),
  );
  chmodSync(file('npx'), 0o755);
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const files = { words: file('words'), outputs: file('outputs'), summary: file('summary.md') };
  return {
    folder,
    run([program = '', ...args], env, code) {
      for (const path of Object.values(files)) rmSync(path, { force: true });
      const { status, stdout, stderr } = spawnSync(program, args, {
        cwd: folder,
        encoding: 'utf8',
        env: {
          PATH: `${folder}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
          HOME: folder,
          NODE: process.execPath,
          BIN: join(import.meta.dirname, '../bin.ts'),
          NPX_WORDS: files.words,
          NPX_CODE: code === undefined ? '' : String(code),
          GITHUB_OUTPUT: files.outputs,
          GITHUB_STEP_SUMMARY: files.summary,
          ...env,
        },
      });
      return {
        code: status,
        stdout,
        stderr,
        words: read(files.words).split('\0').slice(0, -1),
        outputs: read(files.outputs),
        summary: read(files.summary),
      };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
