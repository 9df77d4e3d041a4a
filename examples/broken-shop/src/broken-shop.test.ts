import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** The arguments of the README's command, from the root as a newcomer runs it. */
function kroot(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const command = [
    '-C',
    '@kroot/source',
    'packages/cli/src/bin.ts',
    'diagnose',
    'cluster',
    '-f',
    'examples/broken-shop/cluster',
    ...args,
  ];
  return spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8', env: { PATH: process.env['PATH'] } });
}

it('prints what expected.txt shows', async () => {
  const { status, stdout, stderr } = kroot('--show-commands', '--exit-zero');
  await expect(stdout).toMatchFileSnapshot(join(import.meta.dirname, '../expected.txt'));
  // Field paths and arguments of commands are never broken: alone on their line they may be longer.
  const long = stdout.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '));
  expect(long).toEqual([]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

it('finds the two faults that were put in and nothing else', () => {
  const report = JSON.parse(kroot('-o', 'json', '--exit-zero').stdout) as {
    readonly diagnoses: readonly {
      readonly severity: string;
      readonly rule: string;
      readonly root_cause_resource: string;
    }[];
    readonly unexplained: readonly unknown[];
    readonly coverage: { readonly complete: boolean };
  };
  expect(
    report.diagnoses.map(({ severity, rule, root_cause_resource: cause }) => `${severity} ${rule} ${cause}`),
  ).toEqual([
    'critical secret-missing-env Secret/shop/payments-db-credential',
    'critical sched-node-selector-mismatch Deployment/shop/report-worker',
  ]);
  expect(report.unexplained).toEqual([]);
  expect(report.coverage.complete).toBe(true);
});
