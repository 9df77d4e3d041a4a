import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '../../../packages/cli/src/bin.ts');

function check(...files: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync('sh', [join(import.meta.dirname, '../check.sh'), ...files], {
    encoding: 'utf8',
    env: { ...process.env, KROOT: `${process.execPath} -C @kroot/source ${bin}` },
  });
}

describe('check.sh', () => {
  it('passes a healthy capture', () => {
    const { status, stdout } = check('fixtures/healthy.yaml');
    expect(stdout).toMatch(/^✔ No problems found/);
    expect(status).toBe(0);
  });

  it('fails when one of several captures has a critical root cause, and names it', () => {
    const { status, stdout } = check();
    expect(stdout).toContain('registry.example.com/shop/catalog:4.1.9');
    expect(stdout).toContain('--- fixtures/broken.yaml: exit code 1');
    expect(stdout).toContain('--- fixtures/healthy.yaml: exit code 0');
    expect(status).toBe(1);
  });

  it('tells an input that cannot be read from a finding', () => {
    const { status, stderr } = check('fixtures/healthy.yaml', 'fixtures/nothing-here.yaml', 'fixtures/broken.yaml');
    expect(stderr).toBe('kroot: fixtures/nothing-here.yaml: no such file or folder; check the path\n');
    expect(status).toBe(2);
  });
});
