import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveCluster, type LiveCluster } from '../live.test.support.ts';
import { kroot, type Run } from '../run.test.support.ts';

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: sales } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { namespace: shop, name: db }
spec:
  replicas: 3
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: main, ports: [{ name: sql, containerPort: 5432 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { namespace: ops, name: debug, labels: { app: debug } }
spec: { containers: [{ name: main }] }
status: { phase: Running, podIP: 10.0.0.7 }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: default-deny }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: web }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }], ports: [{ port: http }] }]
  egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: 5432 }] }, { ports: [{ protocol: UDP, port: 53 }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: db }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
    - { from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 3306 }] }
    - { from: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: sql }] }
  egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }] }]
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: no-debug }
spec:
  priority: 10
  subject: { namespaces: { matchLabels: { team: sales } } }
  ingress: [{ action: Deny, from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: debug } } } }] }]
`;

let folder = '';
let shop = '';
let fixed = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-netpol-'));
  shop = join(folder, 'shop.yaml');
  fixed = join(folder, 'fixed.yaml');
  writeFileSync(shop, SHOP);
  writeFileSync(fixed, SHOP.replace('port: 3306', 'port: 5432').replace('name: debug,', 'name: probe,'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Standard output at 80 columns. */
async function run(...args: readonly string[]): Promise<Run> {
  const { stdout, ...rest } = await kroot(['netpol', ...args], { terminal: { columns: 80 } });
  return { stdout: stdout.replaceAll(folder, 'FOLDER'), ...rest };
}

const tooLong = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.length > 80 && line.trimStart().includes(' ') && !line.includes('"op"'));

describe('kroot netpol list', () => {
  it('prints who may connect to whom', async () => {
    const { code, stdout, stderr } = await run('list', '-f', shop);
    expect({ code, stderr, long: tooLong(stdout) }).toEqual({ code: 0, stderr: '', long: [] });
    await expect(stdout).toMatchFileSnapshot('../__golden__/netpol-list.txt');
  });

  it('has the same for programs', async () => {
    const { stdout, stderr } = await run('list', '-f', shop, '-o', 'json', '-n', 'ops');
    expect(stderr).toContain('kroot: The files are taken for the whole cluster');
    const rows = JSON.parse(stdout) as readonly { readonly src: object; readonly dst: object }[];
    expect(rows).toContainEqual({
      src: { kind: 'workload', ns: 'ops', name: 'debug', owner: 'Pod' },
      dst: { kind: 'ip', from: '0.0.0.0', to: '255.255.255.255' },
      allowed: { TCP: [[1, 65_535]], UDP: [[1, 65_535]], SCTP: [[1, 65_535]] },
    });
    expect(rows.filter(({ dst, src }) => !JSON.stringify([src, dst]).includes('"ns":"ops"'))).toEqual([]);
  });

  it('has them for spreadsheets', async () => {
    const { stdout } = await run('list', '-q', '-f', shop, '-o', 'csv');
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'src,dst,allowed,partly,unknown,reason',
      'Pod/ops/debug,every IPv4 address,all ports,,,',
      'StatefulSet/shop/db,StatefulSet/shop/db,TCP 5432,,,',
      'Deployment/shop/web,Pod/ops/debug,UDP 53,,,',
    ]);
  });

  it('takes what the shell gives it', async () => {
    const { stdout } = await kroot(['netpol', 'list', '-f', '-'], { stdin: SHOP });
    expect(stdout).toContain('Deployment/shop/web to\n');
  });

  it('says so when there is nothing', async () => {
    const file = join(folder, 'none.yaml');
    writeFileSync(file, 'apiVersion: v1\nkind: Namespace\nmetadata: { name: empty }\n');
    expect((await run('list', '-f', file)).stdout).toMatch(/^Nothing may connect to anything\.\n/);
    expect((await run('list', '-f', file, '-o', 'json', '-q')).stdout).toBe('[]\n');
  });

  it('names what it does not evaluate', async () => {
    const file = join(folder, 'cilium.yaml');
    writeFileSync(
      file,
      `${SHOP}---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { namespace: shop, name: x }\nspec: {}\n`,
    );
    expect((await run('list', '-f', file)).stdout).toContain(
      'Not evaluated, and may decide otherwise: CiliumNetworkPolicy.cilium.io.',
    );
  });
});

describe('kroot netpol explain', () => {
  it.each([
    ['near-miss', 1, ['deploy/web', 'sts/db', '5432', '-n', 'shop']],
    ['allowed', 0, ['sts/shop/db', 'sts/shop/db', '5432']],
    ['admin', 1, ['pod/ops/debug', 'deploy/shop/web', '8080']],
    ['outside', 0, ['203.0.113.9', 'deploy/shop/web', '8080/tcp']],
    ['all-ports', 0, ['deploy/shop/web', 'outside']],
  ])('%s', async (name, expected, args) => {
    const { code, stdout, stderr } = await run('explain', ...args, '-f', shop);
    expect({ code, stderr, long: tooLong(stdout) }).toEqual({ code: expected, stderr: '', long: [] });
    await expect(stdout).toMatchFileSnapshot(`../__golden__/netpol-explain-${name}.txt`);
  });

  it('has the same for programs, with the command', async () => {
    const { stdout } = await run('explain', 'deploy/shop/web', 'sts/shop/db', '5432', '-f', shop, '-o', 'json');
    const { flows } = JSON.parse(stdout) as { readonly flows: readonly { readonly changes: readonly object[] }[] };
    expect(flows).toMatchObject([
      {
        answer: 'no',
        port: 5432,
        sides: [
          { direction: 'Egress', answer: 'yes' },
          { direction: 'Ingress', answer: 'no' },
        ],
      },
    ]);
    expect(flows[0]?.changes).toMatchObject([
      {
        command: `kubectl -n shop patch networkpolicy/db --type=json -p '[{"op":"add","path":"/spec/ingress/0/ports/-","value":{"protocol":"TCP","port":5432}}]'`,
      },
    ]);
  });

  it.each([
    ['deploy/wob', 'there is no "deploy/wob"; near it: web'],
    ['debug2', 'there is no "debug2"; near it: debug'],
    [
      'planet/x',
      '"planet/x" is no end of a connection: give an IP address, outside, the name of a pod, or KIND/NAME such as deploy/web',
    ],
    ['svc/web', 'policies see pods, not a Service: name the workload or the pod behind svc/web'],
    [
      'a//b',
      '"a//b" is no end of a connection: give an IP address, outside, the name of a pod, or KIND/NAME such as deploy/web',
    ],
  ])('of %s says what is wrong', async (end, message) => {
    expect(await run('explain', end, '203.0.113.9', '-f', shop)).toEqual({
      code: 2,
      stdout: '',
      stderr: `kroot: ${message}\n`,
    });
  });

  it('lets no text of the cluster act on the terminal', async () => {
    const file = join(folder, 'hostile.yaml');
    writeFileSync(
      file,
      String.raw`
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: web, labels: { "x\e[2J": "y\u202e" } }
spec: { containers: [{ name: main }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: "p\e]0;evil\a" }
spec: { podSelector: { matchLabels: { "x\e[2J": "y\u202e" } } }
`,
    );
    const asked = [
      'explain 203.0.113.9 pod/web 80',
      'list',
      'list -o csv',
      'list -o json',
      'explain 203.0.113.9 pod/web 80 -o json',
    ];
    const outputs = await Promise.all(asked.map(async (line) => (await run(...line.split(' '), '-f', file)).stdout));
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    expect(outputs.filter((text) => /[\u0000-\u0009\u000b-\u001f\u202e]/.test(text))).toEqual([]);
    // A command with such a name cannot be pasted: none is shown.
    expect((await run('explain', '203.0.113.9', 'pod/web', '80', '-f', file)).stdout).not.toContain('kubectl');
  });
});

describe('kroot netpol diff', () => {
  it('prints what opened and what closed, and ends with 1', async () => {
    const { code, stdout, stderr } = await run('diff', shop, fixed);
    expect({ code, stderr, long: tooLong(stdout) }).toEqual({ code: 1, stderr: '', long: [] });
    await expect(stdout).toMatchFileSnapshot('../__golden__/netpol-diff.txt');
  });

  it('ends with 0 where nothing differs', async () => {
    const { code, stdout } = await run('diff', shop, shop);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'The same connections are open.']);
  });

  it('has the same for programs and spreadsheets', async () => {
    const web = { kind: 'workload', ns: 'shop', name: 'web', owner: 'Deployment' };
    const db = { kind: 'workload', ns: 'shop', name: 'db', owner: 'StatefulSet' };
    const port = { TCP: [[5432, 5432]] };
    expect(JSON.parse((await run('diff', shop, fixed, '-o', 'json', '-n', 'shop')).stdout)).toContainEqual({
      src: web,
      dst: db,
      before: {},
      after: port,
      added: port,
      removed: {},
    });
    expect((await run('diff', shop, fixed, '-o', 'csv', '-q', '-n', 'shop')).stdout).toContain(
      'Deployment/shop/web,StatefulSet/shop/db,no ports,TCP 5432,\n',
    );
  });
});

describe('on a cluster', () => {
  let cluster: LiveCluster;
  beforeAll(async () => {
    cluster = await liveCluster({
      users: {
        admin: { name: 'admin', may: () => true },
        shopper: { name: 'shopper', may: (_verb, _resource, namespace) => namespace === 'shop' },
      },
    });
  });
  afterAll(() => cluster.close());

  it('collects what decides about connections, of all namespaces', async () => {
    const { code, stdout } = await cluster.run(['netpol', 'list', '-n', 'shop', '-o', 'json', '-q'], {
      token: 'admin',
    });
    const rows = JSON.parse(stdout) as readonly {
      readonly src: { readonly ns?: string };
      readonly dst: { readonly ns?: string };
    }[];
    expect(code).toBe(0);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ src, dst }) => src.ns !== 'shop' && dst.ns !== 'shop')).toEqual([]);
    expect(rows.some(({ src, dst }) => src.ns === 'kube-system' || dst.ns === 'kube-system')).toBe(true);
  });

  it('explains', async () => {
    const { code, stdout } = await cluster.run(
      ['netpol', 'explain', 'sts/cart-redis', 'outside', '443', '-n', 'shop', '-q'],
      { token: 'admin' },
    );
    expect(code).toBe(0);
    expect(stdout).toContain('StatefulSet/shop/cart-redis to clients outside the cluster TCP 443: allowed');
  });

  it('says what it could not see', async () => {
    const { stdout } = await cluster.run(['netpol', 'list', '-n', 'shop'], { token: 'shopper' });
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'Not all could be read, so connections may be missing or refused: Pod, Namespace, NetworkPolicy',
    );
  });
});
