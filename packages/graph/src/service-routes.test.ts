import { type KubernetesObject, type Pod, type Service } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { pod } from './network-policy/fixtures.test.support.ts';
import { serviceRoutes } from './service-routes.ts';
import { snapshotOf } from './snapshot-of.test.support.ts';

const PORTS = [
  { name: 'http', port: 80, targetPort: 'web' },
  { name: 'dns', port: 53, protocol: 'UDP', targetPort: 5353 },
];

function service(spec: NonNullable<Service['spec']>): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { selector: { app: 'web' }, ports: PORTS, clusterIP: '10.96.0.1', ...spec },
  };
}

/** A ready pod whose port `web` has this number; none when absent. */
function backend(name: string, ip: string, containerPort?: number): Pod {
  const ports = containerPort === undefined ? [] : [{ name: 'web', containerPort }];
  return pod(
    `shop/${name}`,
    { app: 'web' },
    {
      spec: { containers: [{ name: 'main', ports }] },
      status: { phase: 'Running', podIP: ip, conditions: [{ type: 'Ready', status: 'True' }] },
    },
  );
}

const node = (kind: string, extra: object): KubernetesObject => ({
  apiVersion: kind === 'Endpoints' ? 'v1' : 'discovery.k8s.io/v1',
  kind,
  metadata: { namespace: 'shop', name: 'web', labels: { 'kubernetes.io/service-name': 'web' } },
  ...extra,
});
const slice = node('EndpointSlice', {
  endpoints: [{ addresses: ['192.0.2.7'] }],
  ports: [{ name: 'http', port: 6443, protocol: 'TCP' }],
});
const older = node('Endpoints', {
  subsets: [{ addresses: [{ ip: '192.0.2.8' }], ports: [{ name: 'http', port: 7000 }] }],
});

const PODS = [backend('a', '10.0.0.1', 8080), backend('b', '10.0.0.2', 9090), backend('c', '10.0.0.3')];

describe('serviceRoutes', () => {
  it.each<[string, NonNullable<Service['spec']>, number | string | undefined, readonly KubernetesObject[], unknown]>([
    ['a name is looked up on each pod', {}, 80, PODS, [['TCP', [8080, 9090, undefined]]]],
    ['ports have names', {}, 'http', PODS, [['TCP', [8080, 9090, undefined]]]],
    [
      'without a port each of them',
      {},
      undefined,
      PODS.slice(0, 1),
      [
        ['TCP', [8080]],
        ['UDP', [5353]],
      ],
    ],
    ['a port that is not there', {}, 8080, PODS, []],
    ['headless: what is dialled is the port of the pod', { clusterIP: 'None' }, 80, PODS, [['TCP', [80, 80, 80]]]],
    ['headless: also one that is not listed', { clusterIP: 'None' }, 9999, PODS, [['TCP', [9999, 9999, 9999]]]],
    ['headless: the protocol of the listed one', { clusterIP: 'None' }, 53, PODS.slice(0, 1), [['UDP', [53]]]],
    [
      'headless by name: SRV records have the port of the pod',
      { clusterIP: 'None' },
      'dns',
      PODS.slice(0, 1),
      [['UDP', [5353]]],
    ],
    ['without a selector: addresses of slices', { selector: {} }, 80, [slice], [['TCP', [6443]]]],
    ['without a selector: addresses of Endpoints', { selector: {} }, 80, [older], [['TCP', [7000]]]],
    ['slices before Endpoints', { selector: {} }, 80, [older, slice], [['TCP', [6443]]]],
    ['nobody behind it', { selector: {} }, 80, [], [['TCP', []]]],
    ['an alias has no backends', { type: 'ExternalName', externalName: 'db.example.com' }, 80, PODS, [['TCP', []]]],
  ])('%s', (_name, spec, wanted, objects, expected) => {
    const bare = spec.type === 'ExternalName' ? { ...spec, selector: {} } : spec;
    const routes = serviceRoutes(snapshotOf(objects), service(bare), wanted);
    expect(routes.map(({ protocol, backends }) => [protocol, backends.map(({ port }) => port)])).toEqual(expected);
  });

  it('says who has not got ready, unless the Service publishes such addresses', () => {
    const stuck = { ...backend('a', '10.0.0.1', 8080), status: { phase: 'Running', podIP: '10.0.0.1' } };
    const readiness = (spec: NonNullable<Service['spec']>): unknown =>
      serviceRoutes(snapshotOf([stuck]), service(spec), 80).map(({ backends }) => backends.map(({ ready }) => ready));
    expect([readiness({}), readiness({ publishNotReadyAddresses: true })]).toEqual([[[false]], [[true]]]);
  });
});
