import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSnapshot } from '@kroot/cluster';
import { startFaultServer, type FaultServer, type Json } from '@kroot/faultd';
import { type KubernetesObject } from '@kroot/types';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenShop, call, root } from './mcp.test.support.ts';

const bin = join(import.meta.dirname, 'bin.ts');
const NODE = ['-C', '@kroot/source', bin];
const CANARY = 'c4nary-s3cret-value';

/** The program as a process on the sources, and the official client. */
async function spawned<T>(
  args: readonly string[],
  use: (client: Client) => Promise<T>,
  env: Record<string, string> = {},
): Promise<T> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...NODE, ...args],
    env,
    cwd: root,
    stderr: 'pipe',
  });
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(transport);
  try {
    await client.listTools();
    return await use(client);
  } finally {
    await client.close();
  }
}

function toJson(object: KubernetesObject): Json {
  const { dataKeys, ...rest } = object as KubernetesObject & { readonly dataKeys?: readonly string[] };
  const { changes: _changes, ...metadata } = object.metadata;
  if (object.kind !== 'Secret') return { ...rest, metadata };
  const value = Buffer.from(CANARY).toString('base64');
  return { ...rest, metadata, data: Object.fromEntries((dataKeys ?? []).map((key) => [key, value])) };
}

describe('the program', () => {
  it('serves files over standard input and output, and ends with its client', async () => {
    const told = await spawned(['-f', brokenShop], async (client) => {
      expect(client.getServerVersion()).toMatchObject({ name: 'kroot' });
      return call(client, 'diagnose', {});
    });
    expect(told.data).toMatchObject({ total: 2, complete: true });
  });

  it.each([
    [['--nope'], "Unknown option '--nope'"],
    [['-f', brokenShop, '--cache', 'soon'], '--cache takes seconds'],
    [['-f', '-'], 'standard input belongs to the protocol'],
    [['--plugin', './no-such-plugin.mjs'], 'cannot load plugin "./no-such-plugin.mjs"'],
  ])('%j: one line on standard error, nothing on standard output, exit code 2', (args, hint) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...NODE, ...args], { input: '', encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^kroot-mcp: [^\n]+\n$/);
    expect(stderr).toContain(hint);
  });

  it('a message that is none is one line on standard error, and the next is answered', () => {
    const hello = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [...NODE, '-f', brokenShop], {
      input: `{"no":"message"}\n${JSON.stringify(hello)}\n`,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stderr).toMatch(/^kroot: [^\n]{1,500}\n$/);
    expect(stdout).toContain('"serverInfo"');
  });

  it('has a help and a version', () => {
    const run = (arg: string): string =>
      spawnSync(process.execPath, [...NODE, arg], { input: '', encoding: 'utf8' }).stdout;
    expect(run('--help')).toContain('--allow-files');
    expect(run('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a cluster', () => {
  let server: FaultServer;
  let folder = '';
  beforeAll(async () => {
    const snapshot = await readSnapshot(brokenShop);
    const objects = snapshot.kinds().flatMap((kind) => snapshot.list(kind).map((object) => toJson(object)));
    const users = {
      admin: { name: 'admin', may: () => true },
      shopper: { name: 'shopper', may: (_verb: string, _resource: string, namespace?: string) => namespace === 'shop' },
      nobody: { name: 'nobody', may: () => false },
    };
    const faults = [
      { kind: 'throttled', at: 'pods', times: 1, seconds: 1 },
      { kind: 'forbidden', at: 'poddisruptionbudgets.policy' },
    ] as const;
    server = await startFaultServer({ objects, users, faults, now: () => snapshot.now.getTime() });
    folder = mkdtempSync(join(tmpdir(), 'kroot-mcp-live-'));
    for (const user of Object.keys(users)) writeFileSync(join(folder, user), server.kubeconfig(user));
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const as = (user: string, more: readonly string[] = []): readonly string[] => [
    '--kubeconfig',
    join(folder, user),
    ...more,
  ];

  it('is read once for several questions, again when told to, and never written to; no value of a Secret leaves it', async () => {
    const answers = await spawned(as('admin'), async (client) => {
      const first = await call(client, 'diagnose', {});
      const asked = server.requests.length;
      const more = [
        await call(client, 'get_incident', { id: (first.data['incidents'] as { id: string }[])[0]?.id ?? '' }),
        await call(client, 'explain_resource', { ref: 'secret/payments-db-credentials' }),
        await call(client, 'coverage', {}),
        await call(client, 'blast_radius', { ref: 'node/worker-1' }),
        await call(client, 'what_if_missing', { ref: 'secret/payments-db-credentials' }),
      ];
      // None of them calls a cluster seen of which a kind may not be read.
      for (const { data, failed } of more)
        expect({ failed, complete: data['complete'] }).toEqual({ failed: false, complete: false });
      expect(server.requests.length).toBe(asked);
      const again = await call(client, 'diff_reports', { refresh: true });
      expect(server.requests.length).toBeGreaterThan(asked);
      expect(again.data).toMatchObject({ totals: { new: 0, gone: 0, changed: 0 }, same: 2 });
      const report = await client.readResource({ uri: 'kroot://report/latest' });
      return [first, ...more, again, report];
    });
    expect(answers[0]).toMatchObject({
      failed: false,
      data: { source: 'live', total: 2, complete: false, blind_spots: ['PodDisruptionBudget'] },
    });
    const all = JSON.stringify(answers);
    for (const value of [CANARY, Buffer.from(CANARY).toString('base64')]) expect(all).not.toContain(value);
    const written = server.requests.filter(({ method }) => method !== 'GET');
    expect(written.filter(({ path }) => !/\/selfsubject(?:access)?reviews$/.test(path))).toEqual([]);
  });

  it('is read once for questions that come at the same time', async () => {
    const pods = (): number => server.requests.filter(({ path }) => path.startsWith('/api/v1/pods?')).length;
    const before = pods();
    const answers = await spawned(as('admin'), (client) =>
      Promise.all(['diagnose', 'coverage', 'list_incidents'].map((tool) => call(client, tool, {}))),
    );
    expect(answers.map(({ failed }) => failed)).toEqual([false, false, false]);
    expect(pods() - before).toBe(1);
  });

  it('of which only one namespace may be read is told as far as that goes', async () => {
    const { data, failed } = await spawned(as('shopper', ['-n', 'shop']), (client) => call(client, 'diagnose', {}));
    expect(failed).toBe(false);
    expect(data).toMatchObject({ complete: false, healthy: false });
    expect(JSON.stringify(data)).toContain('payments-db-credential');
  });

  it.each([
    ['nobody', [], 'may read nothing in faultd'],
    ['admin', ['-s', 'https://127.0.0.1:1'], 'cannot reach https://127.0.0.1:1'],
    ['no-such-file', [], 'no-such-file'],
  ])('as %s %j is an error of the tool, and the server goes on', async (user, more, hint) => {
    const [told, rule] = await spawned(as(user, more), async (client) => [
      await call(client, 'diagnose', {}),
      await call(client, 'explain_rule', { id: 'secret-missing-env' }),
    ]);
    expect(told.failed).toBe(true);
    expect(told.text).toContain(hint);
    expect(told.text).not.toContain('\n');
    expect(rule.failed).toBe(false);
  });
});
