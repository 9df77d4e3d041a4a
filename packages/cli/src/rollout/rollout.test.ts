import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSnapshot } from '@kroot/cluster';
import { type Fault, type Json } from '@kroot/faultd';
import { type KubernetesObject } from '@kroot/types';
import { afterEach, describe, expect, it } from 'vitest';
import { liveCluster, type LiveCluster } from '../live.test.support.ts';
import { type Run } from '../run.test.support.ts';

const fixtures = join(import.meta.dirname, '../../../../fixtures');
const BROKEN = join(fixtures, 'cascades/C03-image-of-a-new-revision.yaml');
const FAST = ['--interval', '20ms', '--stall-after', '100ms'];

let cluster: LiveCluster | undefined;
afterEach(async () => {
  await cluster?.close();
  cluster = undefined;
});

/** The objects of a capture, with the numbers of Deployment web as given. */
async function objects(
  file: string,
  status?: object,
): Promise<{ readonly now: number; readonly objects: readonly Json[] }> {
  const snapshot = await readSnapshot(file);
  const all = snapshot.kinds().flatMap((kind) => snapshot.list(kind));
  const found = all.map(({ metadata: { changes: _changes, ...metadata }, ...rest }: KubernetesObject): Json => {
    const object: Json = { ...rest, metadata };
    return rest.kind === 'Deployment' && status !== undefined ? { ...object, status } : object;
  });
  return { now: snapshot.now.getTime(), objects: found };
}

const DONE = { observedGeneration: 9, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
const HALF = { observedGeneration: 9, replicas: 3, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2 };

async function start(status: object | undefined, faults: readonly Fault[] = []): Promise<LiveCluster> {
  const { now, objects: all } = await objects(BROKEN, status);
  cluster = await liveCluster({ objects: all, now: () => now, faults });
  return cluster;
}

function rollout(on: LiveCluster, args: readonly string[]): Promise<Run> {
  return on.run(['rollout', ...args, ...FAST]);
}

describe('kroot rollout', () => {
  it('says that it is through, after one question', async () => {
    const on = await start(DONE);
    expect(await rollout(on, ['deploy/web', '-n', 'shop'])).toEqual({
      code: 0,
      stdout: 'Deployment shop/web: rolled out\n',
      stderr: '',
    });
    expect(on.server.requests.filter(({ path }) => path.includes('/deployments/web'))).toHaveLength(1);
    expect(on.server.requests.filter(({ path }) => path.includes('/pods'))).toHaveLength(0);
  });

  it('waits while it gets on', async () => {
    const on = await start(HALF);
    const { objects: through } = await objects(BROKEN, DONE);
    const run = on.run(['rollout', 'deploy', 'web', '-n', 'shop', '--interval', '20ms', '--stall-after', '30s']);
    await expect.poll(() => on.server.requests.length).toBeGreaterThan(2);
    on.server.replace({ objects: through });
    expect(await run).toMatchObject({
      code: 0,
      stdout: 'Deployment shop/web: 1 of 2 new replicas are there\nDeployment shop/web: rolled out\n',
    });
  });

  it('tells the cause when it stalls, long before its time is up', async () => {
    const on = await start(HALF);
    const { code, stdout } = await rollout(on, ['deploy/web', '-n', 'shop', '--timeout', '60s']);
    expect(code).toBe(1);
    expect(stdout).toContain('the cause still stands');
    expect(stdout).toMatch(/1 WARNING {3}Image registry\.example\.com\/shop\/server:2\.4\.2-rc9 of/);
    expect(on.server.requests.every(({ method, path }) => method === 'GET' || path.includes('selfsubject'))).toBe(true);
  });

  it('believes a controller that has given up, at once', async () => {
    const { code, stdout } = await (await start(undefined)).run(['rollout', 'deploy/web', '-n', 'shop']);
    expect(code).toBe(1);
    expect(stdout).toContain('exceeded its progress deadline');
  });

  it('prints the report in the format that was asked for, and progress elsewhere', async () => {
    const on = await start(undefined);
    const { code, stderr, stdout } = await rollout(on, ['deploy/web', '-n', 'shop', '-o', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ diagnoses: [{ rule: 'image-not-found' }] });
    expect(stderr).toContain('kroot: Deployment shop/web: ');
  });

  it('does not take rules that only kroot check has for mistakes of the configuration', async () => {
    const on = await start(undefined);
    const config = join(on.folder, 'kroot.config.yaml');
    writeFileSync(config, 'rules: { manifest-refused: off, no-such-rule: off }\n');
    const { stdout } = await rollout(on, ['deploy/web', '-n', 'shop', '-o', 'json', '--config', config]);
    const { notices } = JSON.parse(stdout) as { readonly notices: readonly string[] };
    expect(notices.filter((notice) => notice.includes('manifest-refused'))).toEqual([]);
    expect(notices.filter((notice) => notice.includes('no-such-rule'))).toHaveLength(1);
  });

  it('ends with 1 when its time is up, though nothing is found', async () => {
    const on = await start(HALF);
    const { code, stdout } = await on.run([
      'rollout',
      'deploy/web',
      '-n',
      'shop',
      '--interval',
      '20ms',
      '--timeout',
      '200ms',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('no end after 200ms');
  });

  it('goes on when the API server is away for a moment', { timeout: 20_000 }, async () => {
    const on = await start(HALF);
    const { objects: half } = await objects(BROKEN, HALF);
    const { objects: through } = await objects(BROKEN, DONE);
    const run = on.run(['rollout', 'deploy/web', '-n', 'shop', '--interval', '20ms', '--request-timeout', '200ms']);
    await expect.poll(() => on.server.requests.length).toBeGreaterThan(2);
    on.server.replace({ objects: half, faults: [{ kind: 'reset', at: 'deployments.apps' }] });
    const before = on.server.requests.length;
    // More than one question has come to nothing.
    await expect.poll(() => on.server.requests.length - before, { timeout: 10_000 }).toBeGreaterThan(2);
    on.server.replace({ objects: through });
    const { code, stderr } = await run;
    expect(code).toBe(0);
    expect(stderr).toMatch(/^(?:kroot: .*; asking again\n)+$/);
  });

  it.each<[string, readonly string[], string]>([
    ['a name that is not there', ['deploy/nope', '-n', 'shop'], 'there is no Deployment shop/nope'],
    ['a kind without rollouts', ['svc/web', '-n', 'shop'], 'has no rollout'],
    ['no target', [], 'kroot rollout deploy/NAME'],
    ['no duration', ['deploy/web', '--timeout', 'soon'], '--timeout takes a duration'],
  ])('%s is one line and exit code 2', async (_, args, words) => {
    const { code, stderr, stdout } = await rollout(await start(HALF), args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
    expect(stderr).toContain(words);
  });

  it('says what permission is missing', async () => {
    const { objects: all } = await objects(BROKEN, HALF);
    cluster = await liveCluster({ objects: all, users: { t: { name: 'viewer', may: () => false } } });
    const { code, stderr } = await cluster.run(['rollout', 'deploy/web', '-n', 'shop'], { token: 't' });
    expect(code).toBe(2);
    expect(stderr).toContain('you may not read Deployment shop/web');
  });
});
