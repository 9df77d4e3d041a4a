import {
  ref,
  type DaemonSet,
  type KubernetesObject,
  type Node,
  type Pod,
  type Service,
  type UntypedObject,
} from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { pod, policy } from '../network-policy/fixtures.test.support.ts';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { type RequestPath } from './path-hop.ts';
import { type PathGoal, type PathStart } from './path-question.ts';
import { requestPaths } from './request-path.ts';

/** A ready pod with one container that declares these ports. */
function running(
  name: string,
  ip: string,
  labels: Record<string, string>,
  rest: { ports?: readonly number[]; spec?: Partial<Pod['spec']> } = {},
): Pod {
  const ports = (rest.ports ?? []).map((containerPort) => ({ name: `p${containerPort}`, containerPort }));
  return pod(name, labels, {
    spec: { containers: [{ name: 'main', ports }], ...rest.spec },
    status: {
      phase: 'Running',
      podIP: ip,
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ name: 'main', ready: true, restartCount: 0, state: { running: {} } }],
    },
  });
}

function service(name: string, spec: NonNullable<Service['spec']>, status?: Service['status']): Service {
  const [namespace = '', own = ''] = name.split('/');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: own, ...(own === 'kube-dns' && { labels: { 'k8s-app': 'kube-dns' } }) },
    spec: { clusterIP: '10.96.0.1', ...spec },
    ...(status !== undefined && { status }),
  };
}

const web = running('shop/web', '10.0.0.1', { app: 'web' });
const db = running('shop/db', '10.0.0.2', { app: 'db' }, { ports: [5432], spec: { nodeName: 'w2' } });
const dnsPod = running('kube-system/coredns', '10.0.0.3', { 'k8s-app': 'kube-dns' });
const dns = service('kube-system/kube-dns', {
  clusterIP: '10.96.0.10',
  selector: { 'k8s-app': 'kube-dns' },
  ports: [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ],
});
const dbService = (spec: NonNullable<Service['spec']> = {}): Service =>
  service('shop/db', { selector: { app: 'db' }, ports: [{ port: 80, targetPort: 5432 }], ...spec });
const BASE = [web, db, dnsPod, dns];

const isolated = (egress: NonNullable<Parameters<typeof policy>[1]['egress']>): KubernetesObject =>
  policy('shop/web', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress });
const DNS_UDP = { to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] };
const DNS_TCP = { to: [{ namespaceSelector: {} }], ports: [{ protocol: 'TCP', port: 53 }] };
const TO_DB = { to: [{ podSelector: { matchLabels: { app: 'db' } } }] };
const nodeLocal: DaemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { namespace: 'kube-system', name: 'node-local-dns', labels: { 'k8s-app': 'node-local-dns' } },
  spec: { selector: {}, template: { spec: { containers: [] } } },
};

const fromWeb: PathStart = { type: 'ends', text: 'web', ends: [{ end: web }] };
const from = (end: Pod): PathStart => ({ type: 'ends', text: end.metadata.name, ends: [{ end }] });
const toDb = (port?: number | string): PathGoal => ({
  type: 'service',
  service: ref('Service', 'shop', 'db'),
  ...(port !== undefined && { port: { port } }),
});
const host: PathGoal = { type: 'host', host: 'api.example.com', port: 443, protocol: 'TCP' };

const ask = (
  objects: readonly KubernetesObject[],
  start: PathStart,
  goal: PathGoal,
  unknown: readonly string[] = [],
): readonly RequestPath[] =>
  requestPaths({ snapshot: snapshotOf(objects, unknown), closedWorld: false }, { from: start, to: goal });

/** `egress:broken` for each hop that is not ok, or `ok`. */
function troubles(paths: readonly RequestPath[]): readonly string[] {
  return paths.map(
    ({ hops }) =>
      hops
        .filter(({ state }) => state !== 'ok')
        .map(({ hop, state }) => `${hop}:${state}`)
        .join(' ') || 'ok',
  );
}

describe('from a pod', () => {
  it.each<[string, readonly KubernetesObject[], PathStart, PathGoal, string]>([
    ['nothing in the way', [...BASE, dbService()], fromWeb, toDb(80), 'ok'],
    ['no such Service', BASE, fromWeb, toDb(80), 'service:broken'],
    ['no such port', [...BASE, dbService()], fromWeb, toDb(5432), 'service:broken'],
    ['no DNS', [web, db, dbService(), running('kube-system/x', '10.0.0.9', {})], fromWeb, toDb(80), 'name:broken'],
    ['DNS without a ready pod', [web, db, dbService(), dns], fromWeb, toDb(80), 'name:broken'],
    ['DNS refused', [...BASE, dbService(), isolated([TO_DB])], fromWeb, toDb(80), 'name:broken'],
    ['DNS by UDP alone', [...BASE, dbService(), isolated([TO_DB, DNS_UDP])], fromWeb, toDb(80), 'ok'],
    ['DNS by TCP alone', [...BASE, dbService(), isolated([TO_DB, DNS_TCP])], fromWeb, toDb(80), 'name:broken'],
    [
      'DNS by its cluster address',
      [...BASE, dbService(), isolated([TO_DB, { to: [{ ipBlock: { cidr: '10.96.0.10/32' } }] }])],
      fromWeb,
      toDb(80),
      'name:unknown',
    ],
    [
      'NodeLocal DNSCache behind selectors',
      [...BASE, nodeLocal, dbService(), isolated([TO_DB, DNS_UDP])],
      fromWeb,
      toDb(80),
      'name:unknown',
    ],
    [
      'NodeLocal DNSCache by address',
      [...BASE, nodeLocal, dbService(), isolated([TO_DB, { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }] }])],
      fromWeb,
      toDb(80),
      'ok',
    ],
    [
      'the resolver of the node',
      [...BASE, dbService()],
      from({ ...web, spec: { ...web.spec, dnsPolicy: 'Default' } }),
      toDb(80),
      'name:broken',
    ],
    [
      'on the network of the node',
      [...BASE, dbService()],
      from({ ...web, spec: { ...web.spec, hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } }),
      toDb(80),
      'ok',
    ],
    ['egress refused', [...BASE, dbService(), isolated([DNS_UDP])], fromWeb, toDb(80), 'egress:broken'],
    [
      'the port of the Service instead of the pod',
      [...BASE, dbService(), isolated([DNS_UDP, { ...TO_DB, ports: [{ port: 80 }] }])],
      fromWeb,
      toDb(80),
      'egress:broken',
    ],
    [
      'ingress refused',
      [
        ...BASE,
        dbService(),
        policy('shop/deny', { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress'] }),
      ],
      fromWeb,
      toDb(80),
      'ingress:broken',
    ],
    [
      'ingress refused to one of two',
      [
        ...BASE,
        running('shop/db2', '10.0.0.4', { app: 'db', old: '' }, { ports: [5432] }),
        dbService(),
        policy('shop/deny', { podSelector: { matchLabels: { old: '' } }, policyTypes: ['Ingress'] }),
      ],
      fromWeb,
      toDb(80),
      'ingress:broken',
    ],
    ['nobody behind it', [web, dnsPod, dns, dbService()], fromWeb, toDb(80), 'endpoints:broken'],
    [
      'nobody ready',
      [web, dnsPod, dns, { ...db, status: { phase: 'Running', podIP: '10.0.0.2' } }, dbService()],
      fromWeb,
      toDb(80),
      'endpoints:broken',
    ],
    [
      'nobody ready, and published all the same',
      [
        web,
        dnsPod,
        dns,
        { ...db, status: { phase: 'Running', podIP: '10.0.0.2' } },
        dbService({ publishNotReadyAddresses: true }),
      ],
      fromWeb,
      toDb(80),
      'ok',
    ],
    [
      'a name of a port that no pod has',
      [...BASE, dbService({ ports: [{ port: 80, targetPort: 'sql' }] })],
      fromWeb,
      toDb(80),
      'endpoints:broken',
    ],
    [
      'a port that the pods do not declare',
      [...BASE, dbService({ ports: [{ port: 80 }] })],
      fromWeb,
      toDb(80),
      'port:unknown',
    ],
    [
      'headless: the port that is dialled',
      [...BASE, dbService({ clusterIP: 'None' })],
      fromWeb,
      toDb(80),
      'port:unknown',
    ],
    ['headless: the port of the pod', [...BASE, dbService({ clusterIP: 'None' })], fromWeb, toDb(5432), 'ok'],
    ['only its own node', [...BASE, dbService({ internalTrafficPolicy: 'Local' })], fromWeb, toDb(80), 'node:broken'],
    [
      'an alias for a Service',
      [
        ...BASE,
        service('shop/real', { selector: { app: 'db' }, ports: [{ port: 80, targetPort: 5432 }] }),
        dbService({ type: 'ExternalName', externalName: 'real.shop.svc.cluster.local' }),
      ],
      fromWeb,
      toDb(80),
      'ok',
    ],
    [
      'an alias for nothing',
      [...BASE, dbService({ type: 'ExternalName', externalName: 'gone.shop.svc.cluster.local' })],
      fromWeb,
      toDb(80),
      'service:broken',
    ],
    [
      'an alias for itself',
      [...BASE, dbService({ type: 'ExternalName', externalName: 'db.shop.svc.cluster.local' })],
      fromWeb,
      toDb(80),
      'service:broken',
    ],
    [
      'an alias for a host outside',
      [...BASE, isolated([DNS_UDP]), dbService({ type: 'ExternalName', externalName: 'db.example.com' })],
      fromWeb,
      toDb(80),
      'egress:broken outside:unknown',
    ],
    ['a host outside', BASE, fromWeb, host, 'outside:unknown'],
    ['a host outside, refused', [...BASE, isolated([DNS_UDP])], fromWeb, host, 'egress:broken outside:unknown'],
    ['a pod', BASE, fromWeb, { type: 'ends', text: 'db', ends: [{ end: db }], port: 5432, protocol: 'TCP' }, 'ok'],
    [
      'a pod that has not started',
      BASE,
      fromWeb,
      {
        type: 'ends',
        text: 'db',
        ends: [{ end: { ...db, status: { phase: 'Pending' } } }],
        port: 5432,
        protocol: 'TCP',
      },
      'pods:broken',
    ],
  ])('%s', (_name, objects, start, goal, expected) => {
    expect(troubles(ask(objects, start, goal))).toEqual([expected]);
  });

  it('names the first broken hop and what would mend it', () => {
    const [path] = ask([...BASE, dbService(), isolated([{ ...TO_DB, ports: [{ port: 80 }] }])], fromWeb, toDb(80));
    expect(path).toMatchObject({ state: 'broken', brokenAt: 0 });
    expect(path?.hops.flatMap(({ changes }) => changes.map(({ summary }) => summary))).toEqual([
      'Add an egress rule for UDP 53 to Pod/kube-system/coredns',
      'Add TCP 5432 to egress[0]',
    ]);
  });

  it('does not take for missing what it has not seen', () => {
    expect(troubles(ask([web], fromWeb, toDb(80), ['Service', 'Pod', 'DaemonSet']))).toEqual([
      'name:unknown service:unknown',
    ]);
  });

  it('goes to the addresses of slices, nodes too', () => {
    const objects = [
      ...BASE,
      dbService({ selector: {}, ports: [{ name: 'https', port: 443 }] }),
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { namespace: 'shop', name: 'db-1', labels: { 'kubernetes.io/service-name': 'db' } },
        endpoints: [{ addresses: ['192.0.2.1'] }],
        ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
      },
      isolated([DNS_UDP, { ports: [{ port: 443 }] }]),
    ];
    const [path] = ask(objects, fromWeb, toDb(443));
    expect(troubles(path === undefined ? [] : [path])).toEqual(['egress:broken']);
    expect(path?.hops.find(({ hop }) => hop === 'egress')?.detail).toContain('not TCP/6443');
  });
});

describe('from outside', () => {
  const ingressClass = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  };
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'shop', name: 'db' },
    spec: { ingressClassName: 'nginx', defaultBackend: { service: { name: 'db', port: { number: 80 } } } },
  };
  const controller = running(
    'edge/controller',
    '10.0.0.7',
    { 'app.kubernetes.io/name': 'ingress-nginx' },
    { ports: [80] },
  );
  const balancer = service(
    'edge/controller',
    { type: 'LoadBalancer', selector: { 'app.kubernetes.io/name': 'ingress-nginx' }, ports: [{ port: 80 }] },
    { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } },
  );
  const toIngress: PathGoal = { type: 'ingress', object: ingress };
  const ALL = [...BASE, dbService(), ingressClass, ingress, controller, balancer];
  const pending: Service = { ...balancer, status: {} };
  const node: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'w1' },
    status: { addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] },
  };
  const deny = (name: string, labels: Record<string, string>): KubernetesObject =>
    policy(name, { podSelector: { matchLabels: labels }, policyTypes: ['Ingress'] });
  const gateway: UntypedObject = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { namespace: 'edge', name: 'gw' },
    spec: { gatewayClassName: 'mesh' },
    status: { conditions: [{ type: 'Programmed', status: 'True' }] },
  };
  const route: UntypedObject = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { namespace: 'shop', name: 'db' },
    spec: { parentRefs: [{ name: 'gw', namespace: 'edge' }], rules: [{ backendRefs: [{ name: 'db', port: 80 }] }] },
  };
  const proxy = running('edge/gw', '10.0.0.8', { 'gateway.networking.k8s.io/gateway-name': 'gw' }, { ports: [80] });
  const without = (object: KubernetesObject): readonly KubernetesObject[] => ALL.filter((each) => each !== object);

  it.each<[string, readonly KubernetesObject[], PathGoal, string]>([
    ['through the controller', ALL, toIngress, 'ok'],
    ['to the Service behind it', ALL, toDb(80), 'ok'],
    ['no class', without(ingressClass), toIngress, 'class:broken entry:unknown egress:unknown'],
    ['no controller', without(controller), toIngress, 'controller:unknown entry:unknown egress:unknown'],
    ['no way in', without(balancer), toIngress, 'entry:unknown'],
    ['a load balancer without an address', [...without(balancer), pending], toIngress, 'entry:broken'],
    ['clients are refused at the controller', [...ALL, deny('edge/deny', {})], toIngress, 'ingress:broken'],
    ['the controller is refused', [...ALL, deny('shop/deny', { app: 'db' })], toIngress, 'ingress:broken'],
    [
      'a narrow block behind a Service that hides the client',
      [
        ...ALL,
        node,
        policy('edge/some', {
          podSelector: {},
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ ipBlock: { cidr: '198.51.100.0/24' } }] }],
        }),
      ],
      toIngress,
      'ingress:unknown',
    ],
    ['nothing lets them in', [...BASE, dbService()], toDb(80), 'entry:broken'],
    ['a port of the nodes', [...BASE, dbService({ type: 'NodePort' })], toDb(80), 'ok'],
    ['a Gateway', [...BASE, dbService(), gateway, route, proxy], { type: 'gateway', object: gateway }, 'entry:unknown'],
    [
      'a Gateway that the backend refuses',
      [...BASE, dbService(), gateway, route, proxy, deny('shop/deny', { app: 'db' })],
      { type: 'gateway', object: gateway },
      'entry:unknown ingress:broken',
    ],
    [
      'a Gateway without routes',
      [...BASE, gateway, proxy],
      { type: 'gateway', object: gateway },
      'entry:unknown route:broken',
    ],
  ])('%s', (_name, objects, goal, expected) => {
    expect(troubles(ask(objects, { type: 'outside' }, goal))).toEqual([expected]);
  });

  it('starts at the Ingress, too', () => {
    expect(troubles(ask(ALL, toIngress, toDb(80)))).toEqual(['ok']);
    const other: PathGoal = { type: 'service', service: ref('Service', 'shop', 'web') };
    expect(troubles(ask(ALL, toIngress, other))).toEqual(['route:broken']);
  });
});
