import { builtinAnalyzers } from '@kroot/analyzers';
import { snapshotFromObjects } from '@kroot/cluster';
import { blastRadius, whatIfMissing } from '@kroot/engine';
import { formatRef, parseRef, type ResourceRef, type Snapshot } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { generate, NOW, plan, type Json } from './generate.ts';
import { seeded, shuffled } from './random.ts';

const cluster = (pods: number): readonly Json[] => generate(plan(pods));
const read = (objects: readonly Json[]): Snapshot => snapshotFromObjects(objects, { now: new Date(NOW) });

function refOf(text: string): ResourceRef {
  const found = parseRef(text);
  if (found === undefined) throw new Error(`no reference: ${text}`);
  return found;
}

/** `stops Pod/…`, one line each. */
function lines(snapshot: Snapshot, target: ResourceRef): readonly string[] {
  return blastRadius(snapshot, target).hits.map(({ effect, resource, lost }) => {
    const share = lost === undefined ? '' : ` ${lost.count}/${lost.of}`;
    return `${effect} ${formatRef(resource)}${share}`;
  });
}

const shared = ['a', 'b'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'shop', name, uid: name, labels: { app: 'web' } },
  spec: {
    nodeName: `node-${name}`,
    containers: [
      {
        name: 'web',
        image: 'web:1',
        env: [{ name: 'P', valueFrom: { configMapKeyRef: { name: 'maybe', key: 'k', optional: true } } }],
      },
      { name: 'side', image: 'side:1', envFrom: name === 'a' ? [{ secretRef: { name: 'only-a' } }] : [] },
    ],
  },
}));
const small: readonly Json[] = [
  {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      ...shared,
      ...['node-a', 'node-b'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } })),
      { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'shop', name: 'only-a', uid: 's' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'maybe', uid: 'c' } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace: 'shop', name: 'web', uid: 'svc' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { namespace: 'shop', name: 'web', uid: 'ing' },
        spec: {
          rules: [
            {
              host: 'shop.example.com',
              http: {
                paths: ['/', '/a'].map((path) => ({
                  path,
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                })),
              },
            },
          ],
        },
      },
    ],
  },
];

describe('what would feel the loss of an object', () => {
  test.each<[string, readonly string[]]>([
    ['Secret/shop/only-a', ['stops Pod/shop/a', 'degrades Service/shop/web 1/2']],
    ['Node/node-a', ['stops Pod/shop/a', 'degrades Service/shop/web 1/2']],
    ['Service/shop/web', ['stops Ingress/shop/web 1/1']],
    ['ConfigMap/shop/maybe', []],
    ['Pod/shop/b', ['degrades Service/shop/web 1/2']],
    [
      'Namespace/shop',
      [
        'stops ConfigMap/shop/maybe',
        'stops Ingress/shop/web',
        'stops Pod/shop/a',
        'stops Pod/shop/b',
        'stops Secret/shop/only-a',
        'stops Service/shop/web',
      ],
    ],
    ['Secret/shop/nobody-knows', []],
  ])('%s', (target, expected) => {
    expect(lines(read(small), refOf(target))).toEqual(expected);
  });

  test('is the same whatever the order of objects', () => {
    const objects = cluster(120);
    const [first] = read(objects).list('Secret');
    const targets = ['Node/worker-0', `Secret/${first?.metadata.namespace ?? ''}/${first?.metadata.name ?? ''}`];
    for (const target of targets) {
      const expected = lines(read(objects), refOf(target));
      expect(expected).not.toEqual([]);
      for (const seed of [1, 2]) expect(lines(read(shuffled(objects, seeded(seed))), refOf(target))).toEqual(expected);
    }
  });
});

describe('a cluster without an object', () => {
  const snapshot = read(cluster(60));
  const [service] = snapshot.list('Service');
  const [deployment] = snapshot.list('Deployment');

  test('healthy before: only what is missing is told, and what it takes down', () => {
    const target = refOf(`Service/${service?.metadata.namespace ?? ''}/${service?.metadata.name ?? ''}`);
    const before = JSON.stringify(snapshot.list('Service'));
    const { state, gone, diagnoses } = whatIfMissing(snapshot, target, { analyzers: builtinAnalyzers });
    expect({ state, gone }).toEqual({ state: 'removed', gone: [] });
    for (const { rootCause } of diagnoses) expect(formatRef(rootCause)).toBe(formatRef(target));
    expect(JSON.stringify(snapshot.list('Service'))).toBe(before);
  });

  test('what it runs goes with it', () => {
    const target = refOf(`Deployment/${deployment?.metadata.namespace ?? ''}/${deployment?.metadata.name ?? ''}`);
    const { gone } = whatIfMissing(snapshot, target, { analyzers: builtinAnalyzers });
    expect(new Set(gone.map(({ kind }) => kind))).toEqual(new Set(['ReplicaSet', 'Pod']));
  });

  test.each([
    ['Secret/shop/nobody-knows', 'absent'],
    ['Queue.acme.example/shop/orders', 'unknown'],
  ])('%s is %s: nothing is taken away', (target, state) => {
    expect(whatIfMissing(read(small), refOf(target), { analyzers: builtinAnalyzers })).toMatchObject({
      state,
      gone: [],
      diagnoses: [],
    });
  });
});
