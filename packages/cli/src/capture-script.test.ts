import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CANARY, liveCluster } from './live.test.support.ts';
import { kroot } from './run.test.support.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;

describe('kroot capture --print-script', () => {
  it.each([
    ['capture-script.sh', []],
    ['capture-script-shop.sh', ['-n', 'shop']],
  ])('%s', async (name, args) => {
    const { code, stdout, stderr } = await kroot(['capture', '--print-script', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot(`__golden__/${name}`);
    expect(spawnSync('sh', ['-n'], { input: stdout }).status).toBe(0);
  });

  it.skipIf(!hasKubectl)('gives what kroot finds live, and no value of a Secret', async () => {
    const viewer = { name: 'viewer', may: (_verb: string, resource: string) => resource !== 'nodes' };
    const cluster = await liveCluster({ users: { admin: { name: 'admin', may: () => true }, viewer } });
    try {
      const roots = async (token: string, args: readonly string[], stdin?: Buffer): Promise<unknown> => {
        const options = { token, ...(stdin !== undefined && { stdin }) };
        const { stdout } = await cluster.run(['diagnose', 'cluster', '-o', 'json', ...args], options);
        const { diagnoses, coverage } = JSON.parse(stdout) as {
          readonly diagnoses: readonly { readonly id: string; readonly message: string }[];
          readonly coverage: { readonly gaps: readonly { readonly kind: string }[] };
        };
        return {
          roots: diagnoses.map(({ id, message }) => `${id} ${message}`),
          gaps: coverage.gaps.map(({ kind }) => kind).filter((kind) => !kind.includes('.')),
        };
      };
      for (const token of ['admin', 'viewer']) {
        // oxlint-disable-next-line no-await-in-loop -- one user after the other
        const live = await roots(token, ['-A']);
        // oxlint-disable-next-line no-await-in-loop -- as above
        const { stdout: printed } = await kroot(['capture', '--print-script']);
        // The example's moment is not today's.
        const script = printed.replace(/\$\(date [^)]*\)/, '2026-11-20T14:14:30Z');
        // oxlint-disable-next-line no-await-in-loop -- as above
        const { stdout, status } = await runScript(script, join(cluster.folder, `config-${token}`), cluster.folder);
        expect(status).toBe(token === 'admin' ? 0 : 1);
        expect(stdout.toString()).not.toContain(Buffer.from(CANARY).toString('base64'));
        // oxlint-disable-next-line no-await-in-loop -- as above
        expect(await roots(token, ['-f', '-'], stdout)).toEqual(live);
      }
    } finally {
      await cluster.close();
    }
  });
});

/** Not `spawnSync`: the server that kubectl asks runs in this process. */
async function runScript(
  script: string,
  kubeconfig: string,
  home: string,
): Promise<{ readonly stdout: Buffer; readonly status: number | null }> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: kubeconfig };
  const child = spawn('sh', ['-s'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(script);
  const status = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  return { stdout: Buffer.concat(chunks), status };
}
