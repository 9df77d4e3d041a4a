import { join } from 'node:path';
import { readSnapshot } from '@kroot/cluster';
import { type Json, type User } from '@kroot/faultd';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { liveCluster, type LiveCluster } from './live.test.support.ts';

const GROUP = 'notification.toolkit.fluxcd.io';
const KIND = `Receiver.${GROUP}`;
const DEFINITION: Json = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `receivers.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'receivers', kind: 'Receiver' },
    versions: [{ name: 'v1', served: true }],
  },
};
const REPOSITORY: Json = {
  apiVersion: `${GROUP}/v1`,
  kind: 'Receiver',
  metadata: { name: 'app', namespace: 'shop', uid: 'u1', resourceVersion: '7' },
  spec: { type: 'github' },
  status: { conditions: [{ type: 'Ready', status: 'False', reason: 'TokenNotFound', message: 'no token' }] },
};
const USERS: Readonly<Record<string, User>> = {
  admin: { name: 'admin', may: () => true },
  ops: { name: 'ops', may: (_verb, resource) => resource !== `receivers.${GROUP}` },
};

let cluster: LiveCluster;
beforeAll(async () => {
  const objects = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, DEFINITION, REPOSITORY];
  cluster = await liveCluster({ users: USERS, objects, now: () => Date.parse('2026-11-20T12:00:00Z') });
});
afterAll(() => cluster.close());

it('a capture holds objects of kinds that no rule names, with their conditions', async () => {
  const file = join(cluster.folder, 'all.gz');
  const args = ['diagnose', 'cluster', '-A', '-o', 'json'];
  const live = await cluster.run([...args, '--capture', file], { token: 'admin' });
  expect(await cluster.run([...args, '-f', file])).toEqual(live);
  const snapshot = await readSnapshot([file]);
  expect(snapshot.list(KIND)).toMatchObject([{ metadata: { name: 'app' }, status: REPOSITORY['status'] }]);
  expect(snapshot.coverage.state(KIND)).toBe('complete');
});

it('one that may not be read is no blind spot and no gap', async () => {
  const file = join(cluster.folder, 'some.gz');
  const { code, stderr } = await cluster.run(['capture', '-A', '--strict', '-o', file], { token: 'ops' });
  expect(code).toBe(0);
  expect(stderr).not.toContain('not in it');
  expect((await readSnapshot([file])).coverage.state(KIND)).toBe('forbidden');
  const report = await cluster.run(['diagnose', 'cluster', '-A'], { token: 'ops' });
  expect(report.stdout + report.stderr).not.toContain('Receiver');
});
