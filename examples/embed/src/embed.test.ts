import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { summarize } from './summarize.ts';

const cluster = fileURLToPath(new URL('../../broken-shop/cluster', import.meta.url));

it('prints one line per root cause', async () => {
  const lines = await summarize([cluster]);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(
    /^1\. \[critical\] .*payments-db-credential.* \(Secret\/shop\/payments-db-credential, 3 pods affected\)$/,
  );
  expect(lines[1]).toMatch(/^2\. \[critical\] .*report-worker.*, 1 pod affected\)$/);
});

it('runs as a program', async () => {
  const program = fileURLToPath(new URL('on-call.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['-C', '@kroot/source', program, cluster], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.stdout).toBe(`${(await summarize([cluster])).join('\n')}\n`);
});
