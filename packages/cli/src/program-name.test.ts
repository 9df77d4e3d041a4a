import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';
import { programName } from './program-name.ts';

const run = (file: string, ...args: readonly string[]): string =>
  spawnSync(process.execPath, ['-C', '@kroot/source', file, ...args], { encoding: 'utf8' }).stdout;

describe('as a plugin of kubectl', () => {
  it.each([
    ['/usr/local/bin/kubectl-kroot', 'kubectl kroot'],
    ['/x/dist/kubectl-kroot.js', 'kubectl kroot'],
    ['/usr/local/bin/kroot', 'kroot'],
    ['/kubectl-x/bin.js', 'kroot'],
    [undefined, 'kroot'],
  ])('%s is %s', (path, expected) => {
    expect(programName(path)).toBe(expected);
  });

  it('usage says so', () => {
    const file = join(import.meta.dirname, 'kubectl-kroot.ts');
    expect(run(file, '--help')).toContain('Usage: kubectl kroot COMMAND');
    const folder = mkdtempSync(join(tmpdir(), 'kroot-plugin-'));
    try {
      symlinkSync(join(import.meta.dirname, 'bin.ts'), join(folder, 'kubectl-kroot'));
      expect(run(join(folder, 'kubectl-kroot'), 'diagnose', '--help')).toContain('Usage: kubectl kroot diagnose');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('kubectl is told what could come next', () => {
    expect(run(join(import.meta.dirname, 'kubectl-complete.ts'), 'diagnose', 'cl')).toBe('cluster\n:4\n');
  });
});

describe('durations', () => {
  it.each<[string, number | undefined]>([
    ['30', 30_000],
    ['90s', 90_000],
    ['2m', 120_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['500ms', 500],
    ['0', undefined],
    ['0s', undefined],
  ])('%s', (text, expected) => {
    expect(parseDuration('--timeout', text)).toBe(expected);
  });

  it.each(['', 'soon', '1d', '-1', '5 m', 's', '1m x'])('%j is none', (text) => {
    expect(() => parseDuration('--timeout', text)).toThrow('--timeout takes a duration such as 30, 90s or 2m');
  });
});
