import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveCluster, type LiveCluster } from '../live.test.support.ts';
import { brokenShop, kroot, type Run } from '../run.test.support.ts';

/** Two Services that name each other in the environment of their pods, and a Secret that is in two namespaces by name only. */
const CYCLE = `
apiVersion: v1
kind: List
metadata: { annotations: { captured-at: "2026-01-01T12:00:00Z" } }
items:
- { apiVersion: v1, kind: Service, metadata: { namespace: a, name: left }, spec: { clusterIP: 10.0.0.1, selector: { app: left }, ports: [{ port: 80 }] } }
- { apiVersion: v1, kind: Service, metadata: { namespace: a, name: right }, spec: { clusterIP: 10.0.0.2, selector: { app: right }, ports: [{ port: 80 }] } }
- apiVersion: apps/v1
  kind: Deployment
  metadata: { namespace: a, name: left }
  spec: { replicas: 0, selector: { matchLabels: { app: left } }, template: { metadata: { labels: { app: left } }, spec: { containers: [{ name: main, image: x, env: [{ name: PEER, value: "http://right:80" }] }] } } }
- apiVersion: apps/v1
  kind: Deployment
  metadata: { namespace: a, name: right }
  spec: { replicas: 0, selector: { matchLabels: { app: right } }, template: { metadata: { labels: { app: right } }, spec: { containers: [{ name: main, image: x, env: [{ name: PEER, value: "http://left:80" }], envFrom: [{ secretRef: { name: gone, optional: true } }] }] } } }
- apiVersion: apps/v1
  kind: Deployment
  metadata: { namespace: b, name: other }
  spec: { replicas: 0, selector: { matchLabels: { app: other } }, template: { metadata: { labels: { app: other } }, spec: { containers: [{ name: main, image: x, envFrom: [{ secretRef: { name: gone } }] }] } } }
`;

let folder = '';
let cycle = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-graph-'));
  cycle = join(folder, 'cycle.yaml');
  writeFileSync(cycle, CYCLE);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const run = (...args: readonly string[]): Promise<Run> =>
  kroot([...args, '-q'], { terminal: { columns: 80 }, env: { NO_COLOR: '1' } });

const tooLong = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.length > 80 && /\S\s+\S.*\s\S/.test(line.replace(/^[│├└─ ]*/, '')));

describe('kroot tree', () => {
  it.each([
    ['deployment', ['deploy/payments-api', '-n', 'shop']],
    ['missing-secret', ['secret/payments-db-credential']],
    ['node', ['node', 'worker-1']],
    ['claim', ['sts/cart-redis', '--side', 'needs']],
    ['ascii', ['svc/cart', '--ascii', '--depth', '2']],
    ['all-relations', ['pod/cart-redis-0', '--all-relations', '--depth', '1']],
  ])('of %s', async (name, args) => {
    const { code, stderr, stdout } = await run('tree', ...args, '-f', brokenShop);
    expect({ code, stderr, long: tooLong(stdout) }).toEqual({ code: 0, stderr: '', long: [] });
    await expect(stdout).toMatchFileSnapshot(`../__golden__/tree-${name}.txt`);
  });

  it('marks cycles and what comes again, and ends', async () => {
    const { stdout } = await run('tree', 'svc/left', '-f', cycle);
    await expect(stdout).toMatchFileSnapshot('../__golden__/tree-cycle.txt');
    expect(stdout).toContain('Service/left (cycle)');
    expect(stdout).toContain('Secret/gone (optional)');
  });

  it('has the same for programs', async () => {
    const { stdout } = await run('tree', 'deploy/payments-api', '-f', brokenShop, '-o', 'json');
    const tree = JSON.parse(stdout) as { readonly needs: readonly { readonly name: string }[] };
    expect(tree).toMatchObject({ resource: 'Deployment/shop/payments-api', state: '0/3 ready' });
    expect(tree.needs.map(({ name }) => name)).toContain('Secret/payments-db-credential');
    expect(Object.keys(tree)).toEqual(['resource', 'state', 'needs', 'needed_by']);
  });

  it('looks one way when it is told to', async () => {
    const { stdout } = await run('tree', 'svc/cart', '-f', brokenShop, '--side', 'needed-by');
    expect(stdout).toContain('is needed by');
    expect(stdout).not.toContain('needs\n');
  });

  it('says when there is more', async () => {
    const { stderr } = await kroot(['tree', 'svc/cart', '--depth', '1', '-f', brokenShop]);
    expect(stderr).toBe('kroot: there is more beyond this; --depth takes a larger number\n');
  });

  it.each([
    [['deploy/crt'], 'there is no Deployment "crt"; near it: Deployment/cart'],
    [['secret/gone'], 'secret "gone" can be Secret/a/gone or Secret/b/gone; choose one by its namespace'],
    [['nonsense/x'], 'there is no kind "nonsense"'],
    [['svc/left', '--depth', '0'], '--depth takes a whole number from 1 to 50'],
    [['svc/left', '--depth', 'deep'], '--depth takes a whole number from 1 to 50'],
    [['cart'], '"cart" is no KIND/NAME'],
  ])('%s: %s', async (args, message) => {
    const file = args[0]?.startsWith('deploy') === true ? brokenShop : cycle;
    const { code, stderr, stdout } = await run('tree', ...args, '-f', file);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('shows what needs a Secret that is in the namespace by name only', async () => {
    const { code, stdout } = await run('tree', 'secret/gone', '-n', 'b', '-f', cycle);
    expect(code).toBe(0);
    expect(stdout).toContain('Deployment/other');
    expect(stdout).not.toContain('Deployment/a/right');
  });
});

describe('kroot graph', () => {
  it.each([
    ['unhealthy', 'text', []],
    ['unhealthy', 'mermaid', []],
    ['unhealthy', 'dot', []],
    ['unhealthy', 'svg', []],
    ['unhealthy', 'json', []],
    ['object', 'text', ['deploy/cart', '--depth', '2']],
    ['object', 'mermaid', ['deploy/cart', '--depth', '2', '--side', 'needs']],
  ])('of %s as %s', async (name, format, args) => {
    const { code, stderr, stdout } = await run('graph', ...args, '-f', brokenShop, '-o', format);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(format === 'text' ? tooLong(stdout) : []).toEqual([]);
    const file = `../__golden__/graph-${name}.${{ text: 'txt', mermaid: 'mmd' }[format] ?? format}`;
    await expect(stdout.replaceAll(brokenShop, 'broken-shop')).toMatchFileSnapshot(file);
    expect(await run('graph', ...args, '-f', brokenShop, '-o', format)).toEqual({ code, stderr, stdout });
  });

  it('has every object for programs, with how it stands', async () => {
    const { stdout } = await run('graph', 'deploy/payments-api', '-f', brokenShop, '-o', 'json');
    const { edges, nodes } = JSON.parse(stdout) as {
      readonly nodes: readonly { readonly resource: string }[];
      readonly edges: readonly { readonly from: string; readonly to: string }[];
    };
    expect(nodes.filter(({ resource }) => resource.startsWith('Pod/'))).toHaveLength(3);
    expect(nodes).toContainEqual({
      resource: 'Secret/shop/payments-db-credential',
      status: 'absent',
      health: 'root-cause',
      state: 'not found',
    });
    const known = new Set(nodes.map(({ resource }) => resource));
    expect(edges.filter(({ from, to }) => !known.has(from) || !known.has(to))).toEqual([]);
  });

  it('says so where nothing is unhealthy', async () => {
    expect((await run('graph', '-n', 'a', '-f', cycle)).stdout).toBe(`Nothing is known to be unhealthy in ${cycle}.\n`);
  });
});

describe('on a cluster', () => {
  let cluster: LiveCluster;
  beforeAll(async () => {
    cluster = await liveCluster({ users: { admin: { name: 'admin', may: () => true } } });
  });
  afterAll(() => cluster.close());

  it('is the same as of the file', async () => {
    const live = await cluster.run(['tree', 'deploy/payments-api', '-n', 'shop', '-q'], { token: 'admin' });
    const file = await kroot(['tree', 'deploy/payments-api', '-n', 'shop', '-q', '-f', brokenShop]);
    expect(live).toEqual(file);
    const graph = await cluster.run(['graph', '-n', 'shop', '-q', '-o', 'dot'], { token: 'admin' });
    expect(graph.stdout).toContain('payments-db-credential');
  });
});

describe('docs/graph.md', () => {
  const page = readFileSync(new URL('../../../../docs/graph.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/```sh\nkroot (?<command>[^\n]+)\n```\n\n```\w+\n(?<output>[^]*?)```/g)];

  it.each(blocks.map(({ groups }) => [groups?.['command'] ?? '', groups?.['output'] ?? '']))(
    'kroot %s',
    async (command, output) => {
      const args = command.replace('examples/broken-shop/cluster', brokenShop).split(' ');
      const { code, stdout } = await kroot(args, { terminal: { columns: 80 }, env: { NO_COLOR: '1' } });
      expect(code).toBe(0);
      expect(stdout).toBe(output);
    },
  );

  it('has its commands run', () => {
    expect(blocks).toHaveLength(4);
    expect(page.match(/```sh/g)).toHaveLength(4);
  });
});
