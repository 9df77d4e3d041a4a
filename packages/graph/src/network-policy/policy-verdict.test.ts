import { type KubernetesObject, type NetworkPolicy, type Pod } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { namespace, pod, policy } from './fixtures.test.support.ts';
import { egressAllowsPort, policyVerdict } from './policy-verdict.ts';
import { type Answer, type FlowEnd } from './verdict.ts';

type Spec = NonNullable<NetworkPolicy['spec']>;

const web = pod('shop/web', { app: 'web' }, { status: { podIP: '10.0.1.1' } });
const client = pod('shop/client', { app: 'client' }, { status: { podIP: '10.0.1.2' } });
const other = pod('other/client', { app: 'client' }, { status: { podIP: '10.0.2.1' } });
const world: readonly KubernetesObject[] = [
  web,
  client,
  other,
  namespace('shop', { team: 'sales' }),
  namespace('other', { team: 'ops' }),
];
const all = { podSelector: {} };
const deny: Spec = { ...all, policyTypes: ['Ingress'] };
const named = (name: string, number: number, protocol = 'TCP'): Partial<Pod['spec']> => ({
  containers: [{ name: 'main', ports: [{ name, containerPort: number, protocol }] }],
});

interface Case {
  readonly title: string;
  readonly policies: readonly Spec[];
  readonly from?: FlowEnd;
  readonly to?: FlowEnd;
  readonly port?: number;
  readonly protocol?: string;
  readonly expected: Answer;
}

function answer({
  policies,
  from = client,
  to = web,
  port = 80,
  protocol = 'TCP',
}: Omit<Case, 'title' | 'expected'>): Answer {
  const objects = [...world, ...policies.map((spec, index) => policy(`shop/p${index}`, spec))];
  const ends = [from, to].filter((end): end is Pod => 'metadata' in end);
  return policyVerdict(snapshotOf([...objects, ...ends]), { from, to, port, protocol }).allowed;
}

const ingressFrom = (
  from: NonNullable<Spec['ingress']>[number]['from'],
  ports?: NonNullable<Spec['ingress']>[number]['ports'],
): Spec => ({
  ...deny,
  ingress: [{ ...(from === undefined ? {} : { from }), ...(ports === undefined ? {} : { ports }) }],
});
const onPorts = (...ports: NonNullable<NonNullable<Spec['ingress']>[number]['ports']>): Spec =>
  ingressFrom(undefined, ports);

const RULES: readonly Case[] = [
  { title: 'no policy', policies: [], expected: 'yes' },
  { title: 'ingress: [] isolates', policies: [{ ...all, ingress: [] }], expected: 'no' },
  { title: 'ingress absent isolates', policies: [deny], expected: 'no' },
  { title: 'an absent podSelector selects all', policies: [{ policyTypes: ['Ingress'] }], expected: 'no' },
  { title: 'a policy for other pods', policies: [{ podSelector: { matchLabels: { app: 'db' } } }], expected: 'yes' },
  { title: 'an empty rule allows all', policies: [{ ...all, ingress: [{}] }], expected: 'yes' },
  { title: 'from: [] is everybody', policies: [ingressFrom([])], from: other, expected: 'yes' },
  {
    title: 'ports: [] is every port',
    policies: [ingressFrom([all], [])],
    port: 4711,
    protocol: 'SCTP',
    expected: 'yes',
  },
  { title: 'deny and allow add up', policies: [deny, { ...all, ingress: [{}] }], expected: 'yes' },
  { title: 'an invalid empty peer', policies: [ingressFrom([{}])], expected: 'no' },
  {
    title: 'two peers are alternatives',
    policies: [ingressFrom([{ podSelector: { matchLabels: { app: 'x' } } }, all])],
    expected: 'yes',
  },
  { title: 'the own namespace only', policies: [ingressFrom([all])], from: other, expected: 'no' },
  { title: 'every namespace', policies: [ingressFrom([{ namespaceSelector: {} }])], from: other, expected: 'yes' },
  {
    title: 'every namespace is not the outside',
    policies: [ingressFrom([{ namespaceSelector: {} }])],
    from: { external: true },
    expected: 'no',
  },
  {
    title: 'one label in every namespace',
    policies: [ingressFrom([{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'client' } } }])],
    from: other,
    expected: 'yes',
  },
  {
    title: 'both selectors must hold',
    policies: [
      ingressFrom([
        { namespaceSelector: { matchLabels: { team: 'ops' } }, podSelector: { matchLabels: { app: 'x' } } },
      ]),
    ],
    from: other,
    expected: 'no',
  },
  {
    title: 'a namespace by its name',
    policies: [ingressFrom([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }])],
    from: other,
    expected: 'yes',
  },
  {
    title: 'NotIn holds for a missing key',
    policies: [
      ingressFrom([{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['a'] }] } }]),
    ],
    expected: 'yes',
  },
  {
    title: 'DoesNotExist',
    policies: [ingressFrom([{ podSelector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] } }])],
    expected: 'no',
  },
  {
    title: 'an empty value needs the key',
    policies: [ingressFrom([{ podSelector: { matchLabels: { tier: '' } } }])],
    expected: 'no',
  },
  { title: 'a number', policies: [onPorts({ port: 80 })], expected: 'yes' },
  { title: 'another number', policies: [onPorts({ port: 81 })], expected: 'no' },
  {
    title: 'the protocol is TCP unless stated',
    policies: [onPorts({ port: 53 })],
    port: 53,
    protocol: 'UDP',
    expected: 'no',
  },
  {
    title: 'a protocol without a port',
    policies: [onPorts({ protocol: 'UDP' })],
    port: 53,
    protocol: 'UDP',
    expected: 'yes',
  },
  { title: 'SCTP only isolates TCP', policies: [onPorts({ protocol: 'SCTP', port: 80 })], expected: 'no' },
  { title: 'endPort is inside', policies: [onPorts({ port: 70, endPort: 80 })], expected: 'yes' },
  { title: 'past endPort', policies: [onPorts({ port: 70, endPort: 79 })], expected: 'no' },
  { title: 'a name that the pod lacks', policies: [onPorts({ port: 'http' })], expected: 'no' },
  {
    title: 'a name',
    policies: [onPorts({ port: 'http' })],
    to: pod('shop/web', {}, { spec: named('http', 80) }),
    expected: 'yes',
  },
  {
    title: 'a name of another protocol',
    policies: [onPorts({ port: 'http' })],
    to: pod('shop/web', {}, { spec: named('http', 80, 'UDP') }),
    expected: 'no',
  },
  {
    title: 'a name on a sidecar',
    policies: [onPorts({ port: 'http' })],
    to: pod(
      'shop/web',
      {},
      {
        spec: {
          initContainers: [{ name: 's', restartPolicy: 'Always', ports: [{ name: 'http', containerPort: 80 }] }],
        },
      },
    ),
    expected: 'yes',
  },
  {
    title: 'a name on an init container that ends',
    policies: [onPorts({ port: 'http' })],
    to: pod(
      'shop/web',
      {},
      { spec: { initContainers: [{ name: 's', ports: [{ name: 'http', containerPort: 80 }] }] } },
    ),
    expected: 'no',
  },
  {
    title: 'egress names are looked up on the destination',
    policies: [{ ...all, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }] }] }],
    from: client,
    to: pod('other/web', {}, { spec: named('http', 80) }),
    expected: 'yes',
  },
  {
    title: 'a name towards an address',
    policies: [{ ...all, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }] }] }],
    to: { ip: '203.0.113.9' },
    expected: 'no',
  },
  {
    title: 'policyTypes Egress ignores ingress rules',
    policies: [{ ...all, policyTypes: ['Egress'], ingress: [] }],
    from: other,
    expected: 'yes',
  },
  { title: 'egress of the source counts too', policies: [{ ...all, policyTypes: ['Egress'] }], expected: 'no' },
  { title: 'replies need no rule', policies: [{ ...all, policyTypes: ['Egress'] }], from: other, expected: 'yes' },
  {
    title: 'an ipBlock outside',
    policies: [ingressFrom([{ ipBlock: { cidr: '203.0.113.0/24' } }])],
    from: { ip: '203.0.113.9' },
    expected: 'yes',
  },
  {
    title: 'an exception',
    policies: [ingressFrom([{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.8/29'] } }])],
    from: { ip: '203.0.113.9' },
    expected: 'no',
  },
  {
    title: 'an exception takes nothing from another peer',
    policies: [
      ingressFrom([
        { ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.8/29'] } },
        { ipBlock: { cidr: '203.0.113.9/32' } },
      ]),
    ],
    from: { ip: '203.0.113.9' },
    expected: 'yes',
  },
  {
    title: 'families never mix',
    policies: [ingressFrom([{ ipBlock: { cidr: '0.0.0.0/0' } }])],
    from: { ip: '2001:db8::9' },
    expected: 'no',
  },
  { title: 'a pod in an ipBlock', policies: [ingressFrom([{ ipBlock: { cidr: '10.0.0.0/8' } }])], expected: 'unknown' },
  {
    title: 'a pod outside an ipBlock',
    policies: [ingressFrom([{ ipBlock: { cidr: '192.0.2.0/24' } }])],
    expected: 'no',
  },
  {
    title: 'the address of a pod is that pod',
    policies: [ingressFrom([{ podSelector: { matchLabels: { app: 'client' } } }])],
    from: { ip: '10.0.1.2' },
    expected: 'yes',
  },
  {
    title: 'a pod reaches itself',
    policies: [{ ...all, policyTypes: ['Ingress', 'Egress'] }],
    from: web,
    expected: 'yes',
  },
  {
    title: 'a destination on the host network is not isolated',
    policies: [deny],
    to: pod('shop/agent', {}, { spec: { hostNetwork: true } }),
    expected: 'yes',
  },
  {
    title: 'the own node always gets in',
    policies: [deny],
    from: pod('shop/agent', {}, { spec: { hostNetwork: true } }),
    expected: 'yes',
  },
  {
    title: 'another node does not',
    policies: [deny],
    from: pod('shop/agent', {}, { spec: { hostNetwork: true, nodeName: 'w2' } }),
    expected: 'no',
  },
  {
    title: 'a selector for host network',
    policies: [ingressFrom([all])],
    from: pod('shop/agent', {}, { spec: { hostNetwork: true, nodeName: 'w2' } }),
    expected: 'unknown',
  },
  {
    title: 'a finished pod',
    policies: [ingressFrom([all])],
    from: pod('shop/batch', {}, { status: { phase: 'Succeeded' } }),
    expected: 'unknown',
  },
];

describe('the rules of NetworkPolicy', () => {
  it.each(RULES)('$title: $expected', ({ expected, ...flow }) => {
    expect(answer(flow)).toBe(expected);
  });
});

const dns = pod('kube-system/dns', { 'k8s-app': 'kube-dns' });
const ingressController = pod('ingress/controller', { app: 'controller' });

/** Cases that simulators of NetworkPolicy have got wrong. */
const TRAPS: readonly Case[] = [
  { title: 'a stranger, same namespace only', policies: [ingressFrom([all])], from: other, expected: 'no' },
  {
    title: 'the usual rule for DNS',
    policies: [
      {
        ...all,
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
            ports: [{ protocol: 'UDP', port: 53 }],
          },
        ],
      },
    ],
    to: dns,
    port: 53,
    protocol: 'UDP',
    expected: 'yes',
  },
  {
    title: 'a port name is the container port, whatever the Service calls it',
    policies: [onPorts({ port: 'http' })],
    to: pod('shop/web', {}, { spec: named('http', 8080) }),
    port: 8080,
    expected: 'yes',
  },
  {
    title: 'a port name that stands for another number',
    policies: [onPorts({ port: 'http' })],
    to: pod('shop/web', {}, { spec: named('http', 8080) }),
    port: 9090,
    expected: 'no',
  },
  {
    title: 'clients come through the ingress controller',
    policies: [ingressFrom([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }])],
    from: ingressController,
    expected: 'yes',
  },
  {
    title: 'one address is not everybody outside',
    policies: [ingressFrom([{ ipBlock: { cidr: '203.0.113.7/32' } }])],
    from: { external: true },
    expected: 'unknown',
  },
  {
    title: 'everything but everything',
    policies: [ingressFrom([{ ipBlock: { cidr: '0.0.0.0/0', except: ['128.0.0.0/1', '0.0.0.0/1'] } }])],
    from: { external: true },
    expected: 'no',
  },
  {
    title: 'everybody outside',
    policies: [ingressFrom([{ ipBlock: { cidr: '0.0.0.0/0' } }])],
    from: { external: true },
    expected: 'yes',
  },
  {
    title: 'one port to anywhere',
    policies: [{ ...all, policyTypes: ['Egress'], egress: [{ ports: [{ port: 443 }] }] }],
    to: { external: true },
    port: 443,
    expected: 'yes',
  },
  { title: 'a port that no container declares', policies: [onPorts({ port: 5432 })], port: 5432, expected: 'yes' },
  {
    title: 'the client may reach the database only',
    policies: [
      {
        podSelector: { matchLabels: { app: 'client' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: { matchLabels: { app: 'db' } } }] }],
      },
    ],
    expected: 'no',
  },
  {
    title: 'another pod is allowed, the client is not',
    policies: [ingressFrom([{ podSelector: { matchLabels: { app: 'debug' } } }])],
    expected: 'no',
  },
  {
    title: 'egress: [] without policyTypes is about ingress',
    policies: [{ ...all, egress: [] }],
    to: other,
    expected: 'yes',
  },
  { title: 'and isolates it', policies: [{ ...all, egress: [] }], from: other, expected: 'no' },
  { title: 'policyTypes: [] means the default', policies: [{ ...all, policyTypes: [] }], expected: 'no' },
  {
    title: 'egress rules alone isolate ingress too',
    policies: [{ ...all, egress: [{}] }],
    from: other,
    expected: 'no',
  },
  {
    title: 'replicas are clients of each other',
    policies: [ingressFrom([{ podSelector: { matchLabels: { app: 'client' } } }])],
    from: pod('shop/web-1', { app: 'web' }),
    to: pod('shop/web-0', { app: 'web' }),
    expected: 'no',
  },
];

describe('traps', () => {
  it.each(TRAPS)('$title: $expected', ({ expected, ...flow }) => {
    expect(answer(flow)).toBe(expected);
  });

  it('judges each backend by itself', () => {
    const locked = pod('shop/a', { app: 'web', lock: 'on' });
    const policies = [{ podSelector: { matchLabels: { lock: 'on' } } }];
    expect(answer({ policies, to: locked })).toBe('no');
    expect(answer({ policies })).toBe('yes');
  });
});

describe('what is blamed', () => {
  it('is every policy that selects the blocked end, with its own nearest miss', () => {
    const objects = [
      ...world,
      policy('shop/allow-metrics', onPorts({ port: 9090 })),
      policy('shop/default-deny', deny),
      policy('shop/from-debug', ingressFrom([{ podSelector: { matchLabels: { app: 'debug' } } }])),
      policy('shop/http', ingressFrom([all], [{ port: 'http' }])),
      policy('shop/unrelated', { podSelector: { matchLabels: { app: 'db' } } }),
    ];
    const verdict = policyVerdict(snapshotOf(objects), { from: client, to: web, port: 80, protocol: 'TCP' });
    expect(
      verdict.blockedBy.map(({ policy: { name }, direction, reason, detail }) => [name, direction, reason, detail]),
    ).toEqual([
      ['allow-metrics', 'Ingress', 'port', 'its ingress rule names TCP/9090, not TCP/80'],
      ['default-deny', 'Ingress', 'no-rules', 'it has no ingress rule'],
      ['from-debug', 'Ingress', 'peer', 'no ingress rule names Pod/shop/client'],
      ['http', 'Ingress', 'named-port', 'its ingress rule names TCP/http, which Pod/shop/web does not declare'],
    ]);
  });

  it('is on both sides when both block', () => {
    const objects = [...world, policy('shop/in', deny), policy('other/out', { ...all, policyTypes: ['Egress'] })];
    const verdict = policyVerdict(snapshotOf(objects), { from: other, to: web, port: 80, protocol: 'TCP' });
    expect(verdict.blockedBy.map(({ policy: { name }, direction }) => [name, direction])).toEqual([
      ['out', 'Egress'],
      ['in', 'Ingress'],
    ]);
  });

  it('names the rules that allow', () => {
    const objects = [...world, policy('shop/in', { ...deny, ingress: [{ ports: [{ port: 1 }] }, { from: [all] }] })];
    const verdict = policyVerdict(snapshotOf(objects), { from: client, to: web, port: 80, protocol: 'TCP' });
    expect(verdict.allowedBy).toEqual([
      {
        policy: { group: 'networking.k8s.io', kind: 'NetworkPolicy', namespace: 'shop', name: 'in' },
        direction: 'Ingress',
        rule: 1,
      },
    ]);
  });
});

const custom = (apiVersion: string, kind: string, name: string): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: name.includes('/') ? policy(name, {}).metadata : { name },
});

it('a plugin that takes ipBlocks for addresses outside alone decides what others leave open', () => {
  const agent = pod(
    'kube-system/cilium',
    {},
    { spec: { containers: [{ name: 'a', image: 'quay.io/cilium/cilium:v1' }] } },
  );
  const block = policy('shop/p', ingressFrom([{ ipBlock: { cidr: '10.0.0.0/8' } }]));
  const flow = { from: client, to: web, port: 80, protocol: 'TCP' };
  expect(policyVerdict(snapshotOf([...world, block]), flow).allowed).toBe('unknown');
  expect(policyVerdict(snapshotOf([...world, block, agent]), flow).allowed).toBe('no');
});

describe('what cannot be told', () => {
  const flow = { from: client, to: web, port: 80, protocol: 'TCP' };
  it('whether policies that were not collected isolate or open a pod', () => {
    expect(policyVerdict(snapshotOf(world, ['NetworkPolicy/shop']), flow).allowed).toBe('unknown');
    expect(policyVerdict(snapshotOf([...world, policy('shop/p', deny)], ['NetworkPolicy']), flow).allowed).toBe(
      'unknown',
    );
    expect(policyVerdict(snapshotOf(world, ['NetworkPolicy/other']), flow).allowed).toBe('yes');
  });

  it('but a rule that allows, allows, whatever else there is', () => {
    const open = { ...all, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] };
    expect(policyVerdict(snapshotOf([...world, policy('shop/p', open)], ['NetworkPolicy']), flow).allowed).toBe('yes');
  });

  it.each([
    ['cilium.io/v2', 'CiliumNetworkPolicy', 'shop/p', 'CiliumNetworkPolicy.cilium.io'],
    ['cilium.io/v2', 'CiliumClusterwideNetworkPolicy', 'p', 'CiliumClusterwideNetworkPolicy.cilium.io'],
    ['crd.projectcalico.org/v1', 'NetworkPolicy', 'shop/p', 'NetworkPolicy.crd.projectcalico.org'],
    ['crd.projectcalico.org/v1', 'GlobalNetworkPolicy', 'p', 'GlobalNetworkPolicy.crd.projectcalico.org'],
  ])('what %s %s decides', (apiVersion, kind, name, expected) => {
    const verdict = policyVerdict(snapshotOf([...world, policy('shop/p', deny), custom(apiVersion, kind, name)]), flow);
    expect(verdict).toMatchObject({ allowed: 'unknown', blockedBy: [] });
    expect(verdict.reason).toContain(expected);
  });

  it('policies of another namespace decide nothing here', () => {
    expect(
      policyVerdict(snapshotOf([...world, custom('cilium.io/v2', 'CiliumNetworkPolicy', 'other/p')]), flow).allowed,
    ).toBe('yes');
  });

  it.each([
    [{ matchLabels: { team: 'ops' } }, 'unknown'],
    [{ matchLabels: { team: 'ops', 'kubernetes.io/metadata.name': 'shop' } }, 'no'],
    [{ matchLabels: { 'kubernetes.io/metadata.name': 'other' } }, 'yes'],
    [{ matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop'] }] }, 'no'],
    [{}, 'yes'],
  ])('labels of a namespace that was not collected: %j is %s', (namespaceSelector, expected) => {
    const objects = [web, other, policy('shop/p', ingressFrom([{ namespaceSelector }]))];
    expect(policyVerdict(snapshotOf(objects, ['Namespace']), { ...flow, from: other }).allowed).toBe(expected);
  });

  it.each([
    ['the address of a Service', { ip: '10.96.0.1' }],
    ['no address', { ip: 'web.shop' }],
  ])('%s', (_, to) => {
    const service: KubernetesObject & { spec: { clusterIP: string } } = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'shop', name: 'web' },
      spec: { clusterIP: '10.96.0.1' },
    };
    expect(policyVerdict(snapshotOf([...world, service]), { ...flow, to }).allowed).toBe('unknown');
  });
});

describe('egressAllowsPort', () => {
  const egress = (...rules: NonNullable<Spec['egress']>): Spec => ({ ...all, policyTypes: ['Egress'], egress: rules });
  it.each<[string, Spec, Answer]>([
    ['no rules', egress(), 'no'],
    ['the port to anybody', egress({ ports: [{ protocol: 'UDP', port: 53 }] }), 'yes'],
    ['the port to somebody', egress({ to: [all], ports: [{ protocol: 'UDP', port: 53 }] }), 'yes'],
    ['every port to somebody', egress({ to: [{ namespaceSelector: {} }] }), 'yes'],
    ['the port of the other protocol', egress({ ports: [{ port: 53 }] }), 'no'],
    ['other ports', egress({ ports: [{ protocol: 'UDP', port: 54, endPort: 60 }] }), 'no'],
    ['a name', egress({ ports: [{ protocol: 'UDP', port: 'dns' }] }), 'unknown'],
    ['nobody', egress({ to: [{}], ports: [{ protocol: 'UDP', port: 53 }] }), 'no'],
    ['no egress policy', deny, 'yes'],
  ])('%s', (_, spec, expected) => {
    expect(egressAllowsPort(snapshotOf([...world, policy('shop/p', spec)]), client, 53, 'UDP').allowed).toBe(expected);
  });

  it('blames the port', () => {
    const objects = [...world, policy('shop/p', egress({ ports: [{ port: 443 }] }))];
    expect(egressAllowsPort(snapshotOf(objects), client, 53, 'UDP').blockedBy).toMatchObject([{ reason: 'port' }]);
  });

  it('does not concern pods on the host network', () => {
    const agent = pod('shop/agent', {}, { spec: { hostNetwork: true } });
    expect(egressAllowsPort(snapshotOf([...world, agent, policy('shop/p', egress())]), agent, 53, 'UDP').allowed).toBe(
      'yes',
    );
  });
});
