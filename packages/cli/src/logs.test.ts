import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Json } from '@kroot/faultd';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CANARY, liveCluster, type LiveCluster } from './live.test.support.ts';
import { kroot } from './run.test.support.ts';

// Two programs crash without last words. One cannot reach a database that lacks a Secret, the other is refused its credentials;
// only their logs say so.

const folder = join(import.meta.dirname, '../../../fixtures/logs');

const { items: objects } = JSON.parse(readFileSync(join(folder, 'objects.json'), 'utf8')) as {
  readonly items: readonly Json[];
};

interface Told {
  readonly rule: string;
  readonly root_cause_resource: string;
  readonly evidence: readonly { readonly source: string; readonly quote: string }[];
}

function told(stdout: string): readonly Told[] {
  return (JSON.parse(stdout) as { readonly diagnoses: readonly Told[] }).diagnoses;
}

function roots(stdout: string): readonly string[] {
  return told(stdout).map(({ rule, root_cause_resource: root }) => `${rule} ${root}`);
}

const WITHOUT = [
  'secret-missing-env Secret/shop/db-admin',
  'crashloop-app-exit Deployment/shop/api',
  'crashloop-app-exit Deployment/shop/mail',
];
const WITH = ['secret-missing-env Secret/shop/db-admin', 'crashloop-app-exit Deployment/shop/mail'];

describe('logs in a folder', () => {
  const diagnose = async (...args: readonly string[]): Promise<string> =>
    (await kroot(['diagnose', 'cluster', '-A', '-q', '-f', folder, '-o', 'json', ...args])).stdout;

  it('are not looked at unless asked for', async () => {
    expect(roots(await diagnose()).toSorted()).toEqual(WITHOUT.toSorted());
  });

  it('lead to the object behind a crash, and are quoted without credentials', async () => {
    const stdout = await diagnose('--logs');
    expect(roots(stdout)).toEqual(WITH);
    const quotes = told(stdout)[1]?.evidence.filter(({ source }) => source === 'log') ?? [];
    expect(quotes.map(({ quote }) => quote)).toEqual([
      'mail 2.4.1 | smtp: 535 5.7.8 Authentication failed for user mailer password=[redacted]',
    ]);
    expect(stdout).not.toContain(CANARY);
  });
});

describe('logs of a cluster', () => {
  const fatal = `FATAL dial tcp db:5432: connect: connection refused (postgres://api:${CANARY}@db/orders)\n`;
  const logs = {
    'shop/api-6f9c8d7b54-x7k2p/api': { current: 'starting\n', previous: `starting\n${fatal}` },
    // Its earlier log is gone: the present one is read.
    'shop/api-6f9c8d7b54-b4d9z/api': { current: `${'noise\n'.repeat(5000)}${fatal}` },
    'shop/mail-6f9c8d7b54-x7k2p/mail': {
      current: '',
      previous: '\u0000\u001b[31m535 Authentication failed\u001b[0m\n',
    },
  };
  const users = {
    admin: { name: 'admin', groups: ['system:masters'], may: () => true },
    reader: { name: 'reader', may: (_verb: string, resource: string) => resource !== 'pods/log' },
  };
  let cluster: LiveCluster;
  beforeAll(async () => {
    cluster = await liveCluster({ objects, logs, users, now: () => Date.parse('2026-03-10T10:00:00Z') });
  });
  afterAll(() => cluster.close());

  it('are read where they may explain something, and a capture with them prints the same bytes', async () => {
    const file = join(cluster.folder, 'with-logs.gz');
    const args = ['diagnose', 'cluster', '-A', '--logs', '-o', 'json'];
    const live = await cluster.run([...args, '--capture', file], { token: 'admin' });
    expect(roots(live.stdout)).toEqual(WITH);
    expect(await cluster.run([...args, '-f', file])).toEqual(live);
    const captured = gunzipSync(readFileSync(file)).toString();
    expect(captured).toContain('ContainerLog');
    expect(captured + live.stdout + live.stderr).not.toContain(CANARY);
  });

  it('are asked for by no other run', async () => {
    const before = cluster.server.requests.length;
    const { stdout } = await cluster.run(['diagnose', 'cluster', '-A', '-o', 'json'], { token: 'admin' });
    expect(roots(stdout).toSorted()).toEqual(WITHOUT.toSorted());
    expect(cluster.server.requests.slice(before).filter(({ path }) => path.includes('/log'))).toEqual([]);
  });

  it('that may not be read are told, and nothing is made of it', async () => {
    const run = await cluster.run(['diagnose', 'cluster', '-A', '--logs', '-o', 'json'], { token: 'reader' });
    expect(run.stderr).toContain('logs of 3 containers not read: you may not read them (pods/log)');
    expect(roots(run.stdout).toSorted()).toEqual(WITHOUT.toSorted());
  });
});

describe('faults while logs are read', () => {
  it.each(['internal-error', 'reset', 'cut-body', 'huge-body', 'html', 'stall'] as const)(
    '%s',
    async (kind) => {
      const logs = { 'shop/mail-6f9c8d7b54-x7k2p/mail': { current: '', previous: 'bye\n' } };
      const now = (): number => Date.parse('2026-03-10T10:00:00Z');
      const cluster = await liveCluster({ objects, logs, now, faults: [{ kind, at: 'pods/log', bytes: 300_000_000 }] });
      try {
        const args = ['diagnose', 'cluster', '-A', '--logs', '-o', 'json', '--timeout', '4s'];
        const { stdout } = await cluster.run(args);
        expect(roots(stdout)).toContain('secret-missing-env Secret/shop/db-admin');
      } finally {
        await cluster.close();
      }
    },
    90_000,
  );
});

it('kroot rbac --logs grants the log of pods, and nothing else grants it', async () => {
  expect((await kroot(['rbac', '--logs', '-o', 'json'])).stdout).toContain('"pods/log"');
  expect((await kroot(['rbac', '-o', 'json'])).stdout).not.toContain('"pods/log"');
});
