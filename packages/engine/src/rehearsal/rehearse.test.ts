import { snapshotFromObjects } from '@kroot/cluster';
import { podsOf } from '@kroot/graph';
import { ref, type Snapshot } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { rehearse } from './rehearse.ts';

const labels = { app: 'web' };
const ready = { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] };

const spec = (image: string): object => ({ containers: [{ name: 'c', image }] });

const workload = (kind: string, image: string, more: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web', namespace: 'shop', uid: 'u', generation: 4 },
  spec: {
    replicas: 4,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: spec(image) },
    ...more,
  },
});

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
};

/** A workload with four pods that run. */
function cluster(kind: string): Snapshot {
  const isDeployment = kind === 'Deployment';
  const owner = isDeployment ? { kind: 'ReplicaSet', name: 'web-1', uid: 'rs' } : { kind, name: 'web', uid: 'u' };
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      uid: 'rs',
      ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'web', uid: 'u', controller: true }],
    },
    spec: { replicas: 4, selector: { matchLabels: labels } },
  };
  const pods = [0, 1, 2, 3].map((i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: isDeployment ? `web-1-${i}` : `web-${i}`,
      namespace: 'shop',
      labels,
      ownerReferences: [{ apiVersion: 'apps/v1', ...owner, controller: true }],
    },
    spec: { ...spec('web:1'), nodeName: 'w1' },
    status: ready,
  }));
  return snapshotFromObjects([workload(kind, 'web:1'), ...(isDeployment ? [set] : []), ...pods, service]);
}

const percent = (maxUnavailable: string | number): object => ({ strategy: { rollingUpdate: { maxUnavailable } } });

describe('pods after a change of the template', () => {
  it.each<[string, string, object, number, number]>([
    ['a Deployment replaces one by one', 'Deployment', {}, 3, 1],
    ['or half of them at once', 'Deployment', percent('50%'), 2, 1],
    ['or none before the new one is there', 'Deployment', percent(0), 4, 1],
    ['or all of them', 'Deployment', { strategy: { type: 'Recreate' } }, 0, 4],
    ['a StatefulSet begins with the last', 'StatefulSet', {}, 3, 1],
    ['a DaemonSet replaces one', 'DaemonSet', {}, 3, 1],
  ])('%s', (_, kind, more, old, made) => {
    const wanted = snapshotFromObjects([workload(kind, 'web:2', more)]);
    const stuck = rehearse(cluster(kind), wanted, () => false);
    const images = podsOf(stuck.snapshot, ref(kind, 'shop', 'web')).map((pod) => pod.spec.containers[0]?.image);
    expect(images.filter((image) => image === 'web:1')).toHaveLength(old);
    expect(images.filter((image) => image === 'web:2')).toHaveLength(made);
    expect(stuck.made).toHaveLength(made);
  });

  it('all are new when they can start, and Services lead to them', () => {
    const wanted = snapshotFromObjects([workload('Deployment', 'web:2')]);
    const { snapshot, created, updated } = rehearse(cluster('Deployment'), wanted, () => true);
    const pods = snapshot.list('Pod', 'shop');
    expect(pods.map((pod) => pod.spec.containers[0]?.image)).toEqual(Array(4).fill('web:2'));
    expect({ created, updated }).toEqual({ created: [], updated: [ref('Deployment', 'shop', 'web')] });
    expect(snapshot.list('EndpointSlice', 'shop')).toMatchObject([
      { endpoints: pods.map(({ metadata }) => ({ conditions: { ready: true }, targetRef: { name: metadata.name } })) },
    ]);
    expect(snapshot.list('Deployment', 'shop')[0]?.status).toMatchObject({
      observedGeneration: 4,
      availableReplicas: 4,
    });
  });

  it.each<[string, object]>([
    ['the same', workload('Deployment', 'web:1')],
    ['more of them', workload('Deployment', 'web:1', { replicas: 9 })],
  ])('stay where the template is the same: %s', (_, object) => {
    const base = cluster('Deployment');
    const { snapshot, made } = rehearse(base, snapshotFromObjects([object]), () => false);
    expect(made).toEqual([]);
    expect(snapshot.list('Pod', 'shop')).toEqual(base.list('Pod', 'shop'));
  });

  it('are made anew for an annotation of the template', () => {
    const template = {
      metadata: { labels, annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } },
      spec: spec('web:1'),
    };
    const wanted = snapshotFromObjects([workload('Deployment', 'web:1', { template })]);
    expect(rehearse(cluster('Deployment'), wanted, () => true).made).toHaveLength(4);
  });
});

it('leaves both snapshots as they are', () => {
  const [base, wanted] = [cluster('Deployment'), snapshotFromObjects([workload('Deployment', 'web:2')])];
  const before = JSON.stringify(base.list('Pod'));
  rehearse(base, wanted, () => true);
  expect(JSON.stringify(base.list('Pod'))).toBe(before);
  expect(wanted.list('Pod')).toEqual([]);
});

it('claims of StatefulSets are made, those that are there stay', () => {
  const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } };
  const there = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data-web-0', namespace: 'shop' },
    spec: { volumeName: 'pv-7' },
  };
  const wanted = snapshotFromObjects([
    workload('StatefulSet', 'web:1', { replicas: 2, volumeClaimTemplates: [claim] }),
  ]);
  const { snapshot } = rehearse(snapshotFromObjects([there]), wanted, () => true);
  expect(
    snapshot.list('PersistentVolumeClaim', 'shop').map(({ metadata, spec: of }) => [metadata.name, of?.volumeName]),
  ).toEqual([
    ['data-web-0', 'pv-7'],
    ['data-web-1', undefined],
  ]);
});

describe('labels that programs give their pods', () => {
  const set = (role: string, image: string): object => ({
    ...workload('StatefulSet', image),
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels: { ...labels, role } }, spec: spec(image) },
    },
  });
  const live = (): Snapshot =>
    snapshotFromObjects([
      set('candidate', 'web:1'),
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: 'web-0',
          namespace: 'shop',
          labels: { ...labels, role: 'leader', zone: 'a', 'controller-revision-hash': 'web-1' },
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u', controller: true }],
        },
        spec: { ...spec('web:1'), nodeName: 'w1' },
        status: ready,
      },
    ]);
  it.each([
    ['candidate', { app: 'web', role: 'leader', zone: 'a' }],
    ['spare', { app: 'web', role: 'spare', zone: 'a' }],
  ])('are on the new ones, unless the template changes them: %s', (role, expected) => {
    const { snapshot } = rehearse(live(), snapshotFromObjects([set(role, 'web:2')]), () => true);
    expect(snapshot.list('Pod').map(({ metadata }) => metadata.labels)).toEqual([expected]);
  });
});

describe('a Service whose pods others make', () => {
  const other = { ...service, metadata: { name: 'db', namespace: 'shop' }, spec: { selector: { db: 'pg' } } };

  it.each([
    [true, {}],
    [false, { selector: { db: 'pg' } }],
  ])('says nothing of who answers for it: %s', (isOpen, expected) => {
    const manifests = snapshotFromObjects([other, workload('Deployment', 'web:1')]);
    const { snapshot } = rehearse(manifests, manifests, () => true, { isOpen: () => isOpen });
    expect(snapshot.list('Service').map(({ spec: is }) => is)).toMatchObject([expected]);
    expect(Object.hasOwn(snapshot.list('Service')[0]?.spec ?? {}, 'selector')).toBe(!isOpen);
  });
});
