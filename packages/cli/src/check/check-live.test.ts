import { afterAll, beforeAll, expect, it } from 'vitest';
import { CANARY, liveCluster, type LiveCluster } from '../live.test.support.ts';
import { brokenShop } from '../run.test.support.ts';

let cluster: LiveCluster;
beforeAll(async () => {
  cluster = await liveCluster({
    users: {
      admin: { name: 'admin', may: () => true },
      viewer: { name: 'viewer', may: (_verb, resource) => resource !== 'secrets' },
    },
  });
});
afterAll(() => cluster.close());

const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: payments-db-credential, namespace: shop }
stringData: { username: x, password: y }
`;

const USER = `apiVersion: v1
kind: Pod
metadata: { name: user, namespace: shop }
spec: { containers: [{ name: c, image: "c:1", envFrom: [{ secretRef: { name: nowhere } }] }] }
`;

const args = ['check', '-q', '-f', '-', '-o', 'json', '--against'];

interface Told {
  readonly diagnoses: readonly { readonly rule: string }[];
  readonly deployment: {
    readonly cluster: string;
    readonly heals: readonly object[];
    readonly stays: readonly object[];
  };
}

it('a live cluster tells what its capture tells', async () => {
  const live = await cluster.run([...args, 'live'], { stdin: SECRET, token: 'admin' });
  const captured = await cluster.run([...args, brokenShop], { stdin: SECRET });
  expect(live.code).toBe(0);
  const [{ deployment: now }, { deployment: then }] = [live, captured].map(
    ({ stdout }) => JSON.parse(stdout) as Told,
  ) as [Told, Told];
  expect({ ...now, cluster: '' }).toEqual({ ...then, cluster: '' });
  expect(now.heals).toHaveLength(1);
  expect(live.stdout).not.toContain(CANARY);
});

it.each([
  ['admin', ['secret-missing-env']],
  ['viewer', []],
])('what %s may not see is not missing', async (token, rules) => {
  const { stdout } = await cluster.run([...args, 'live'], { stdin: USER, token });
  expect((JSON.parse(stdout) as Told).diagnoses.map(({ rule }) => rule)).toEqual(rules);
});

it('what states no namespace goes where kubectl apply would put it', async () => {
  const { stdout } = await cluster.run([...args, 'live', '-n', 'shop'], {
    stdin: USER.replace(', namespace: shop', ''),
    token: 'admin',
  });
  expect(stdout).toContain('"Secret/shop/nowhere"');
});

it('a cluster that cannot be reached is one line', async () => {
  const { code, stderr } = await cluster.run([...args, 'live', '--server', 'https://127.0.0.1:1'], { stdin: USER });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
});
