import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type User } from '@kroot/faultd';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CANARY, liveCluster, type LiveCluster } from './live.test.support.ts';
import { examples } from './run.test.support.ts';

const USERS: Readonly<Record<string, User>> = {
  admin: { name: 'admin', may: () => true },
  viewer: { name: 'viewer', may: (_verb, resource) => resource !== 'secrets' },
  shopper: { name: 'shopper', may: (_verb, _resource, namespace) => namespace === 'shop' },
  nobody: { name: 'nobody', may: () => false },
};

let cluster: LiveCluster;
beforeAll(async () => {
  cluster = await liveCluster({ users: USERS });
});
afterAll(() => cluster.close());

describe('a live run and its own capture print the same bytes', () => {
  const ASKED = [
    'cluster -A',
    'cluster',
    'cluster -n shop',
    'pod payments-api-mnfmsbjtg-mhnld -n shop',
    'node/worker-1',
    'Ingress/shop/payments',
  ];
  const FORMATS = ['--show-commands', '--details', '-o json', '-o sarif'];

  it.each(
    ASKED.flatMap((asked, i) => FORMATS.map((format, k) => [(i + k) % 2 === 0 ? 'admin' : 'viewer', asked, format])),
  )('%s: diagnose %s %s', async (token = '', asked = '', format = '') => {
    const file = join(cluster.folder, `${asked}${format}.gz`.replaceAll(/[^\w.]/g, '-'));
    const args = ['diagnose', ...asked.split(' '), ...format.split(' ')];
    const live = await cluster.run([...args, '--capture', file], { token });
    expect(live.stdout).not.toBe('');
    expect(await cluster.run([...args, '-f', file])).toEqual(live);
  });

  it('and one of a single namespace speaks of that one unless asked otherwise', async () => {
    const file = join(cluster.folder, 'scope.gz');
    await cluster.run(['capture', '-n', 'shop', '-o', file], { token: 'admin' });
    const first = async (...args: readonly string[]): Promise<string | undefined> =>
      (await cluster.run(['diagnose', 'cluster', '-f', file, ...args])).stdout.split('\n')[0];
    expect(await first()).toContain('prod-eu1 · namespace shop');
    expect(await first('-n', 'kube-system')).toContain('prod-eu1 · namespace kube-system');
    expect(await first('-A')).toContain('prod-eu1 (all namespaces)');
  });
});

describe('what is found', () => {
  it('is what the files of the same cluster show', async () => {
    const roots = async (...args: readonly string[]): Promise<unknown> => {
      const { stdout } = await cluster.run(['diagnose', 'cluster', '-A', '-o', 'json', ...args], { token: 'admin' });
      const { diagnoses } = JSON.parse(stdout) as { readonly diagnoses: readonly Record<string, unknown>[] };
      return diagnoses.map(({ id, message, confidence }) => ({ id, message, confidence }));
    };
    expect(await roots()).toEqual(await roots('-f', join(examples, 'broken-shop/cluster')));
  });

  it.each([
    ['-A', 'in prod-eu1 (all namespaces)'],
    ['-n shop', 'in prod-eu1 · namespace shop'],
    ['-n shop -A', 'in prod-eu1 (all namespaces)'],
    ['', 'in prod-eu1 · namespace default'],
    ['--context prod-eu1', 'in prod-eu1 · namespace default'],
  ])('%s: the first line says where', async (args, place) => {
    const { stdout } = await cluster.run(['diagnose', 'cluster', ...args.split(' ').filter(Boolean)], {
      token: 'admin',
    });
    expect(stdout.split('\n')[0]).toContain(place);
  });

  it('without permission for Secrets rests on the kubelet, says so, and names the permission', async () => {
    const { stdout, code } = await cluster.run(['diagnose', 'cluster', '-A'], { token: 'viewer' });
    expect(code).toBe(1);
    expect(stdout).toContain('Secret shop/payments-db-credential does not');
    expect(stdout).toContain('the\n            kubelet says that namespace shop has no Secret of that name');
    expect(stdout).toContain('Not verified');
    expect(stdout).toContain('to see it, allow get and list of secrets (kroot rbac');
  });

  it('with permission for one namespace only is what is in it', async () => {
    const { stdout, code } = await cluster.run(['diagnose', 'cluster', '-n', 'shop'], { token: 'shopper' });
    expect(code).toBe(1);
    expect(stdout).toContain('Secret shop/payments-db-credential does not');
    expect(stdout).toContain('Blind spots');
  });

  it('holds no value of a Secret, in any output or file', async () => {
    const hidden = [CANARY, Buffer.from(CANARY).toString('base64'), 'c4nary'];
    const file = join(cluster.folder, 'canary.gz');
    const runs = [
      await cluster.run(['capture', '-A', '-o', file], { token: 'admin' }),
      await cluster.run(['diagnose', 'cluster', '-A', '--details', '--show-commands'], { token: 'admin' }),
      await cluster.run(['diagnose', 'cluster', '-A', '-o', 'json'], { token: 'admin' }),
    ];
    const all = `${JSON.stringify(runs)}${gunzipSync(readFileSync(file)).toString()}`;
    expect(hidden.filter((value) => all.includes(value))).toEqual([]);
    expect(all).toContain('payments-db-credentials');
  });

  it('takes nothing but reading', () => {
    const written = cluster.server.requests.filter(({ method }) => method !== 'GET');
    expect(written.filter(({ path }) => !/\/selfsubject(?:access)?reviews$/.test(path))).toEqual([]);
    expect(new Set(cluster.server.requests.map(({ headers }) => headers['user-agent']))).toEqual(
      new Set([expect.stringMatching(/^kroot\/\d+\.\d+\.\d+/)]),
    );
  });
});

describe('what cannot be done is one line and exit code 2', () => {
  it.each<[string, string, string]>([
    ['diagnose cluster', 'nobody', 'user "nobody" may read nothing in prod-eu1; see kroot doctor, and kroot rbac'],
    ['capture', 'nobody', 'user "nobody" may read nothing in prod-eu1'],
    ['diagnose cluster', 'unknown-token', 'credentials'],
    ['doctor', 'unknown-token', 'credentials'],
    ['diagnose cluster --context prod-eu2', 'admin', 'prod-eu1'],
    ['diagnose cluster --kubeconfig /nowhere/config', 'admin', '/nowhere/config'],
    ['diagnose cluster -n shpo', 'admin', 'prod-eu1 holds nothing of namespace "shpo"; did you mean shop?'],
    ['diagnose pod nope', 'admin', 'there is no Pod "nope" in namespace "default"'],
    ['diagnose deploy/payments-ap -n shop', 'admin', 'near it: Deployment/payments-api'],
    ['diagnose cluster --request-timeout later', 'admin', 'request-timeout'],
    ['diagnose cluster --capture /nowhere/x.gz -n shop', 'admin', '/nowhere/x.gz: its folder does not exist'],
  ])('kroot %s as %s', async (line, token, hint) => {
    const { code, stdout, stderr } = await cluster.run(line.split(' '), { token });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/internal error|unknown-token|at .*\.ts/);
  });

  it('when nothing listens', async () => {
    const { code, stderr } = await cluster.run(['diagnose', 'cluster', '-s', 'https://127.0.0.1:1'], {
      token: 'admin',
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^kroot: cannot reach https:\/\/127\.0\.0\.1:1[^\n]*\n$/);
  });
});

describe('kroot capture', () => {
  it('makes a name of context and time, for the owner only, and prints it', async () => {
    const { code, stdout, stderr } = await cluster.run(
      ['capture', '-n', 'shop', '-o', join(cluster.folder, 'one.gz')],
      {
        token: 'viewer',
      },
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(cluster.folder, 'one.gz')}\n` });
    expect(stderr).toContain('objects of prod-eu1, namespace shop\n');
    expect(stderr).toContain('kroot: not in it: Secret');
    const before = process.cwd();
    process.chdir(cluster.folder);
    try {
      const named = await cluster.run(['capture', '-A', '-q'], { token: 'admin' });
      expect(named).toMatchObject({ code: 0, stderr: '' });
      expect(named.stdout).toMatch(/^kroot-prod-eu1-\d{8}T\d{6}Z\.kroot\.jsonl\.gz\n$/);
      expect(statSync(named.stdout.trim()).mode & 0o777).toBe(0o600);
    } finally {
      process.chdir(before);
    }
  });

  it('overwrites only when told to, which it finds out before it asks the cluster', async () => {
    const file = join(cluster.folder, 'there.gz');
    writeFileSync(file, 'precious');
    const asked = cluster.server.requests.length;
    const refused = await cluster.run(['capture', '-o', file], { token: 'admin' });
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: `kroot: ${file} exists already; remove it or name another file\n`,
    });
    expect(cluster.server.requests.length).toBe(asked);
    expect((await cluster.run(['capture', '-o', file, '--force'], { token: 'admin' })).code).toBe(0);
    expect(readFileSync(file)[0]).toBe(0x1f);
  });

  it.each([
    ['admin', 0],
    ['viewer', 3],
  ])('--strict as %s ends with %i', async (token, code) => {
    const file = join(cluster.folder, `strict-${token}.gz`);
    expect((await cluster.run(['capture', '-A', '--strict', '-o', file], { token })).code).toBe(code);
  });

  it('leaves nothing behind when it fails', () => {
    expect(readdirSync(cluster.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('--strict', () => {
  it.each([
    ['admin', 'kube-system', 0],
    ['viewer', 'kube-system', 3],
  ])('as %s in %s, where nothing is wrong: %i', async (token, namespace, code) => {
    expect((await cluster.run(['diagnose', 'cluster', '--strict', '-n', namespace], { token })).code).toBe(code);
  });
});
