import { type EndpointSlice, type Endpoints, type KubernetesObject, type Pod, type Service } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { backendPorts, serviceEndpoints, type EndpointAddress } from './endpoints.ts';
import { pod } from './network-policy/fixtures.test.support.ts';
import { snapshotOf } from './snapshot-of.test.support.ts';
import { resolveTargetPort } from './target-ports.ts';

function service(spec: NonNullable<Service['spec']> = {}): Service {
  const usual = { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { ...usual, ...spec },
  };
}

function slice(
  endpoints: NonNullable<EndpointSlice['endpoints']>,
  ports: NonNullable<EndpointSlice['ports']> = [],
  name = 'web-1',
): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name, labels: { 'kubernetes.io/service-name': 'web' } },
    endpoints,
    ports,
  };
}

function backend(
  name: string,
  ip: string,
  rest: { ready?: boolean; phase?: string; deleted?: boolean; spec?: Partial<Pod['spec']> } = {},
): Pod {
  const { ready = true, phase = 'Running', deleted = false } = rest;
  const made = pod(
    `shop/${name}`,
    { app: 'web' },
    {
      ...(rest.spec === undefined ? {} : { spec: rest.spec }),
      status: { phase, podIP: ip, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    },
  );
  return deleted ? { ...made, metadata: { ...made.metadata, deletionTimestamp: '2026-01-01T11:59:00Z' } } : made;
}

const older: Endpoints = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { namespace: 'shop', name: 'web' },
  subsets: [{ addresses: [{ ip: '10.0.0.1' }], notReadyAddresses: [{ ip: '10.0.0.2' }], ports: [{ port: 8080 }] }],
};

const addresses = (list: readonly EndpointAddress[]): readonly string[] => list.map(({ address }) => address);

describe('serviceEndpoints', () => {
  it('believes EndpointSlices before anything else', () => {
    const a = backend('a', '10.0.0.1');
    const slices = [
      slice(
        [{ addresses: ['10.0.0.1'], targetRef: { kind: 'Pod', namespace: 'shop', name: 'a' } }],
        [{ name: '', port: 8080 }],
      ),
      slice([{ addresses: ['10.0.0.9'], conditions: { ready: false } }], [], 'web-2'),
    ];
    const found = serviceEndpoints(snapshotOf([service(), a, older, ...slices]), service());
    expect(found).toMatchObject({
      source: 'EndpointSlice',
      complete: true,
      managed: true,
      selected: [a],
      selectedComplete: true,
    });
    expect(found.ready).toEqual([
      {
        address: '10.0.0.1',
        ready: true,
        serving: true,
        terminating: false,
        target: { group: '', kind: 'Pod', namespace: 'shop', name: 'a' },
        pod: a,
        ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      },
    ]);
    expect(addresses(found.notReady)).toEqual(['10.0.0.9']);
  });

  it.each([
    ['absent conditions are ready', {}, true],
    ['absent ready is ready', { terminating: true, serving: true }, true],
    ['a terminating address that still serves', { ready: false, serving: true, terminating: true }, false],
    ['a terminating address that is published', { ready: true, serving: true, terminating: true }, true],
    ['not ready', { ready: false }, false],
  ])('%s', (_, conditions, ready) => {
    const found = serviceEndpoints(snapshotOf([slice([{ addresses: ['10.0.0.1'], conditions }])]), service());
    expect(found.ready.length).toBe(ready ? 1 : 0);
    expect([...found.ready, ...found.notReady]).toMatchObject([{ serving: ready || 'serving' in conditions }]);
  });

  it('takes Endpoints where there is no slice', () => {
    const found = serviceEndpoints(snapshotOf([older], ['EndpointSlice']), service());
    expect(found).toMatchObject({ source: 'Endpoints', complete: true });
    expect([addresses(found.ready), addresses(found.notReady)]).toEqual([['10.0.0.1'], ['10.0.0.2']]);
  });

  it('recognises the selected pod that alone has an address without target', () => {
    const hosts = ['h1', 'h2'].map((name) => backend(name, '10.0.0.2'));
    const a = backend('a', '10.0.0.1');
    const found = serviceEndpoints(snapshotOf([older, a, ...hosts]), service());
    expect(found.ready).toMatchObject([{ pod: a, target: { kind: 'Pod', namespace: 'shop', name: 'a' } }]);
    expect(found.notReady[0]?.target).toBeUndefined();
    const manual = service({ selector: {} });
    expect(serviceEndpoints(snapshotOf([older, a]), manual).ready[0]?.target).toBeUndefined();
  });

  it('knows that long Endpoints are cut', () => {
    const cut = {
      ...older,
      metadata: { ...older.metadata, annotations: { 'endpoints.kubernetes.io/over-capacity': 'truncated' } },
    };
    expect(serviceEndpoints(snapshotOf([cut]), service()).complete).toBe(false);
  });

  const pods = [
    backend('a', '10.0.0.1'),
    backend('b', '10.0.0.2', { ready: false }),
    backend('c', '10.0.0.3', { phase: 'Succeeded' }),
    backend('d', '', {}),
    backend('e', '10.0.0.5', { deleted: true }),
    pod('other/a', { app: 'web' }),
    pod('shop/z', { app: 'db' }),
  ];

  it('computes them from the pods when all pods are known', () => {
    const found = serviceEndpoints(snapshotOf(pods), service());
    expect(found).toMatchObject({ source: 'computed', complete: true });
    expect([addresses(found.ready), addresses(found.notReady)]).toEqual([['10.0.0.1'], ['10.0.0.2', '10.0.0.5']]);
    expect(found.selected.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('publishes addresses that are not ready where the Service says so', () => {
    const found = serviceEndpoints(snapshotOf(pods), service({ publishNotReadyAddresses: true, clusterIP: 'None' }));
    expect(addresses(found.ready)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.5']);
  });

  it.each([
    ['pods that were not collected', service(), ['Pod'], 'unknown', false],
    ['pods of another namespace not collected', service(), ['Pod/other'], 'computed', true],
    ['no selector, nothing known', service({ selector: {} }), ['EndpointSlice', 'Endpoints'], 'unknown', false],
    ['no selector, no endpoints', service({ selector: {} }), [], 'EndpointSlice', true],
    [
      'an ExternalName',
      service({ type: 'ExternalName', externalName: 'db.example.org' }),
      ['Pod', 'EndpointSlice'],
      'computed',
      true,
    ],
  ])('%s', (_, target, unknown, source, complete) => {
    expect(serviceEndpoints(snapshotOf(pods, unknown), target)).toMatchObject({ source, complete });
  });

  it('says that a partial list of slices is not all', () => {
    const found = serviceEndpoints(snapshotOf([slice([])], ['EndpointSlice']), service());
    expect(found).toMatchObject({ source: 'EndpointSlice', complete: false });
  });

  it.each([
    ['an empty selector', service({ selector: {} })],
    ['an ExternalName', service({ type: 'ExternalName' })],
  ])('nobody manages the endpoints of %s', (_, target) => {
    expect(serviceEndpoints(snapshotOf(pods), target)).toMatchObject({ managed: false, selected: [], workloads: [] });
  });
});

const workload = (
  kind: string,
  name: string,
  labels: Record<string, string>,
  owner?: string,
): KubernetesObject & { spec: unknown } => ({
  apiVersion: kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: {
    namespace: 'shop',
    name,
    ...(owner === undefined
      ? {}
      : { ownerReferences: [{ apiVersion: 'apps/v1', kind: owner, name: 'o', controller: true }] }),
  },
  spec: { replicas: 0, template: { metadata: { labels }, spec: { containers: [] } } },
});

describe('the workloads that a Service means', () => {
  const web = { app: 'web' };
  const objects = [
    workload('Deployment', 'web', web),
    workload('Deployment', 'db', { app: 'db' }),
    workload('ReplicaSet', 'web-1', web, 'Deployment'),
    workload('ReplicaSet', 'bare', web),
    workload('ReplicaSet', 'rollout-1', web, 'Rollout'),
    workload('Job', 'batch', web),
    workload('StatefulSet', 'web', { app: 'web', tier: 'a' }),
  ];
  it.each<[string, Record<string, string>, readonly string[]]>([
    [
      'by the labels of their templates',
      web,
      ['Deployment/web', 'Job/batch', 'ReplicaSet/bare', 'ReplicaSet/rollout-1', 'StatefulSet/web'],
    ],
    ['by the name of one pod', { 'statefulset.kubernetes.io/pod-name': 'web-0' }, ['StatefulSet/web']],
    ['by the name of a pod that nobody makes', { 'statefulset.kubernetes.io/pod-name': 'web-x' }, []],
    ['by the name of a Job', { 'job-name': 'batch' }, ['Job/batch']],
    ['not by what no template can tell', { 'controller-uid': '1' }, []],
    ['not by labels that differ', { app: 'web', tier: 'b' }, []],
  ])('%s', (_, selector, expected) => {
    const { workloads } = serviceEndpoints(snapshotOf(objects), service({ selector }));
    expect(workloads.map(({ kind, name }) => `${kind}/${name}`)).toEqual(expected);
  });
});

describe('resolveTargetPort', () => {
  const ports = [
    { name: 'http', containerPort: 8080 },
    { name: 'dns', containerPort: 5353, protocol: 'UDP' },
  ];
  const backendPod = pod(
    'shop/a',
    {},
    {
      spec: {
        containers: [{ name: 'main', ports }],
        initContainers: [
          { name: 'sidecar', restartPolicy: 'Always', ports: [{ name: 'proxy', containerPort: 15_001 }] },
          { name: 'init', ports: [{ name: 'early', containerPort: 1 }] },
        ],
      },
    },
  );
  it.each([
    ['absent', {}, 80],
    ['a number', { targetPort: 9999 }, 9999],
    ['a name', { targetPort: 'http' }, 8080],
    ['a name of another protocol', { targetPort: 'dns' }, undefined],
    ['a name with its protocol', { targetPort: 'dns', protocol: 'UDP' }, 5353],
    ['a name on a sidecar', { targetPort: 'proxy' }, 15_001],
    ['a name on an init container', { targetPort: 'early' }, undefined],
    ['an unknown name', { targetPort: 'constructor' }, undefined],
  ])('%s', (_, port, expected) => {
    expect(resolveTargetPort({ port: 80, ...port }, backendPod)).toBe(expected);
  });
});

const http = (number: number): Partial<Pod['spec']> => ({
  containers: [{ name: 'main', ports: [{ name: 'http', containerPort: number }] }],
});

describe('backendPorts', () => {
  const port = { name: 'web', port: 80, targetPort: 'http' };
  const pods = [
    backend('a', '10.0.0.1', { spec: http(8080) }),
    backend('b', '10.0.0.2', { spec: http(9090) }),
    backend('c', '10.0.0.3'),
  ];

  it('may differ from pod to pod, or lead nowhere', () => {
    const found = backendPorts(snapshotOf(pods), service({ ports: [port] }), port);
    expect(found.map((each) => each.port)).toEqual([8080, 9090, undefined]);
  });

  it('is what the slice says', () => {
    const slices = [slice([{ addresses: ['192.0.2.1'] }], [{ name: 'web', port: 6443 }])];
    expect(backendPorts(snapshotOf(slices), service({ ports: [port] }), port)).toEqual([
      { address: '192.0.2.1', ready: true, port: 6443 },
    ]);
  });

  it('is looked up on the selected pods when there is no endpoint', () => {
    const found = backendPorts(snapshotOf([slice([]), ...pods]), service({ ports: [port] }), port);
    expect(found.map((each) => [each.pod?.metadata.name, each.port])).toEqual([
      ['a', 8080],
      ['b', 9090],
      ['c', undefined],
    ]);
  });
});
