import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinAnalyzers } from '@kroot/analyzers';
import { apiResource, CONDITION_GROUPS, kindsToRead } from '@kroot/cluster';
import { BUILTIN_KINDS, compareStrings } from '@kroot/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveCluster, type LiveCluster } from './live.test.support.ts';
import { kroot } from './run.test.support.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules?: readonly Rule[];
}

async function manifests(...args: readonly string[]): Promise<readonly Manifest[]> {
  const { stdout } = await kroot(['rbac', '-o', 'json', ...args]);
  return (JSON.parse(stdout) as { readonly items: readonly Manifest[] }).items;
}

describe('kroot rbac', () => {
  it.each([
    ['rbac.yaml', []],
    ['rbac-shop-no-secrets.yaml', ['-n', 'shop', '--no-secrets']],
    ['rbac.json', ['-o', 'json']],
  ])('%s', async (name, args) => {
    const { code, stdout, stderr } = await kroot(['rbac', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot(`__golden__/${name}`);
  });

  it('grants get and list of what the rules read, and nothing else', async () => {
    const rules = (await manifests()).flatMap((manifest) => manifest.rules ?? []);
    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list']));
    expect(rules.flatMap(({ apiGroups }) => apiGroups).filter((group) => group.includes('*'))).toEqual([]);
    const whole = rules.filter(({ resources }) => resources.includes('*')).flatMap(({ apiGroups }) => apiGroups);
    expect(whole).toEqual(CONDITION_GROUPS.filter((group) => !group.startsWith('*.')).toSorted(compareStrings));
    expect(whole.filter((group) => BUILTIN_KINDS.some((kind) => kind.group === group))).toEqual([]);
    const granted = new Set(
      rules.flatMap(({ apiGroups, resources }) => resources.map((name) => `${name}.${apiGroups[0]}`)),
    );
    const read = builtinAnalyzers.flatMap(({ meta }) => meta.reads).map((kind) => apiResource(kind));
    expect(read.filter((found) => found === undefined || !granted.has(`${found.resource}.${found.group}`))).toEqual([]);
  });

  it('leaves Secrets out when told to', async () => {
    const all = JSON.stringify(await manifests('--no-secrets'));
    expect(all).not.toContain('"secrets"');
  });

  it('gives one namespace no more than is needed elsewhere', async () => {
    const made = await manifests('-n', 'shop');
    const clusterWide = made.find(({ kind }) => kind === 'ClusterRole')?.rules ?? [];
    const outside = clusterWide.flatMap(({ resources }) => resources);
    expect(outside).not.toContain('pods');
    expect(outside).not.toContain('*');
    expect(made.filter(({ kind }) => kind === 'Role').map(({ metadata }) => metadata.namespace)).toEqual([
      'shop',
      'kube-node-lease',
      'kube-system',
    ]);
  });
});

it('knows the resource of every custom kind that rules and graph name', () => {
  const sources = ['graph', 'analyzers', 'engine'].flatMap((name) => {
    const folder = join(import.meta.dirname, '../..', name, 'src');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
      .map((file) => readFileSync(join(folder, file), 'utf8'));
  });
  const named = sources.flatMap((source) => [
    ...source.matchAll(/'(?<kind>[A-Z]\w*[a-z]\w*\.[a-z][\w-]*(?:\.[a-z][\w-]*)+)'/g),
  ]);
  const kinds = new Set(named.map(({ groups }) => groups?.['kind'] ?? ''));
  expect(kinds.size).toBeGreaterThan(5);
  expect([...kinds].filter((kind) => apiResource(kind) === undefined)).toEqual([]);
  expect([...kinds].filter((kind) => !kindsToRead(builtinAnalyzers).includes(kind))).toEqual([]);
});

describe('kroot doctor', () => {
  let cluster: LiveCluster;
  beforeAll(async () => {
    const may = (_verb: string, resource: string): boolean =>
      resource !== 'secrets' && resource !== 'pods/log' && resource !== 'leases.coordination.k8s.io';
    const users = {
      admin: { name: 'admin', may: () => true },
      viewer: { name: 'jane', groups: ['dev', 'system:authenticated'], may },
      nobody: { name: 'nobody', may: () => false },
    };
    cluster = await liveCluster({ users });
  });
  afterAll(() => cluster.close());

  it('says who, where, what and what not', async () => {
    const { code, stdout, stderr } = await cluster.run(['doctor', '-A'], { token: 'viewer' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const steady = stdout.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:6443').replace(/\d+ ms a request/, '3 ms a request');
    await expect(steady).toMatchFileSnapshot('__golden__/doctor.txt');
  });

  it('asks no more than four questions at a time, and only such as store nothing', () => {
    const posts = cluster.server.requests.filter(({ method }) => method === 'POST');
    expect(posts.length).toBeGreaterThan(20);
    expect(new Set(posts.map(({ path }) => path))).toEqual(
      new Set([
        '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      ]),
    );
    expect(cluster.server.connections).toBeLessThanOrEqual(4);
  });

  it('ends with 2 where pods cannot be seen', async () => {
    const { code, stdout } = await cluster.run(['doctor', '-n', 'shop'], { token: 'nobody' });
    expect(code).toBe(2);
    expect(stdout).toContain('What it needs: kroot rbac -n shop');
  });

  it('--logs asks for pods/log, in the namespace or in all', async () => {
    const ask = async (token: string, ...args: readonly string[]): Promise<string> =>
      (await cluster.run(['doctor', '--logs', ...args], { token })).stdout.trimEnd().split('\n').slice(-2).join('\n');
    expect(await ask('admin', '-A')).toContain('Logs of containers can be read (get of pods/log)');
    expect(await ask('viewer', '-n', 'shop')).toBe(
      'Not permitted: get of pods/log, so --logs adds nothing but a notice.\nWhat it needs: kroot rbac --logs -n shop',
    );
  });
});
