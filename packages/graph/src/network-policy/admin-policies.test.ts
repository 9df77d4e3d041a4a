import { type KubernetesObject } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { policyConnections } from './connections.ts';
import { namespace, pod, policy } from './fixtures.test.support.ts';
import { formatPortSet } from './format-ports.ts';
import { policyVerdict } from './policy-verdict.ts';
import { type Answer, type FlowEnd } from './verdict.ts';

type Json = Readonly<Record<string, unknown>>;

const custom = (kind: string, name: string, spec: Json, version = 'v1alpha1'): KubernetesObject =>
  ({
    apiVersion: `policy.networking.k8s.io/${version}`,
    kind,
    metadata: { name },
    spec,
  }) as KubernetesObject;
const everyPod = { namespaces: {} };
const anp = (priority: number, rules: Json, subject: Json = everyPod): KubernetesObject =>
  custom('AdminNetworkPolicy', `p${priority}`, { priority, subject, ...rules });
const banp = (rules: Json, subject: Json = everyPod): KubernetesObject =>
  custom('BaselineAdminNetworkPolicy', 'default', { subject, ...rules });
const cnp = (tier: string, priority: number, rules: Json): KubernetesObject =>
  custom('ClusterNetworkPolicy', `${tier}-${priority}`, { tier, priority, subject: everyPod, ...rules }, 'v1alpha2');
const from = (action: string, ports?: readonly Json[], peer: Json = everyPod): Json => ({
  ingress: [{ action, from: [peer], ...(ports !== undefined && { ports }) }],
});
const to = (action: string, peer: Json = everyPod, ports?: readonly Json[]): Json => ({
  egress: [{ action, to: [peer], ...(ports !== undefined && { ports }) }],
});
const port80 = { portNumber: { protocol: 'TCP', port: 80 } };

const web = pod(
  'shop/web',
  { app: 'web' },
  {
    spec: {
      containers: [
        {
          name: 'main',
          ports: [
            { name: 'http', containerPort: 80 },
            { name: 'dns', containerPort: 53, protocol: 'UDP' },
          ],
        },
      ],
    },
    status: { podIP: '10.0.0.1' },
  },
);
const client = pod('other/client', { app: 'client' }, { status: { podIP: '10.0.0.2' } });
const deny = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress'] });
const open = policy('shop/open', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] });
const world: readonly KubernetesObject[] = [
  web,
  client,
  namespace('shop', { team: 'sales', zone: 'x' }),
  namespace('other', { team: 'ops', zone: 'x' }),
];

function answer(
  policies: readonly KubernetesObject[],
  flow: { from?: FlowEnd; to?: FlowEnd; port?: number; protocol?: string } = {},
): Answer {
  return policyVerdict(snapshotOf([...world, ...policies]), {
    from: client,
    to: web,
    port: 80,
    protocol: 'TCP',
    ...flow,
  }).allowed;
}

describe('tiers', () => {
  it.each<[string, readonly KubernetesObject[], Answer]>([
    ['an admin Deny is stronger than an allowing NetworkPolicy', [anp(1, from('Deny')), open], 'no'],
    ['an admin Allow is stronger than a refusing one', [anp(1, from('Allow')), deny], 'yes'],
    ['Pass leaves it to NetworkPolicies', [anp(1, from('Pass')), anp(2, from('Deny')), deny], 'no'],
    [
      'and where there are none, to the baseline',
      [anp(1, from('Pass')), anp(2, from('Allow')), banp(from('Deny'))],
      'no',
    ],
    ['the lower number is asked first', [anp(2, from('Deny')), anp(1, from('Allow'))], 'yes'],
    [
      'within a policy the first rule decides',
      [
        anp(1, {
          ingress: [
            { action: 'Allow', from: [everyPod] },
            { action: 'Deny', from: [everyPod] },
          ],
        }),
      ],
      'yes',
    ],
    [
      'a rule for other ports is not asked',
      [anp(1, from('Deny', [{ portNumber: { protocol: 'UDP', port: 80 } }]))],
      'yes',
    ],
    ['the baseline is not asked where a NetworkPolicy isolates', [banp(from('Deny')), open], 'yes'],
    ['nor can it open what one closes', [banp(from('Allow')), deny], 'no'],
    ['the baseline refuses', [banp(from('Deny'))], 'no'],
    [
      'its first rule decides',
      [
        banp({
          ingress: [
            { action: 'Allow', from: [everyPod] },
            { action: 'Deny', from: [everyPod] },
          ],
        }),
      ],
      'yes',
    ],
    ['egress of the source counts as well', [anp(1, to('Deny'))], 'no'],
    ['an admin Allow of egress does not open the other side', [anp(1, to('Allow')), deny], 'no'],
    ['a policy without rules does nothing', [anp(1, {}), banp({})], 'yes'],
    ['Accept is the Allow of ClusterNetworkPolicies', [cnp('Admin', 1, from('Accept')), deny], 'yes'],
    ['Baseline of theirs', [cnp('Baseline', 1, from('Deny'))], 'no'],
    [
      'in which Pass leads to what there is without policies',
      [cnp('Baseline', 1, from('Pass')), cnp('Baseline', 2, from('Deny'))],
      'yes',
    ],
    ['both kinds of admin policies by one order', [cnp('Admin', 5, from('Deny')), anp(4, from('Allow'))], 'yes'],
    ['an unknown action does nothing', [anp(1, from('Explode'))], 'yes'],
  ])('%s', (_, policies, expected) => {
    expect(answer(policies)).toBe(expected);
  });
});

describe('who is meant', () => {
  const pods = (app: string, namespaceSelector: Json = {}): Json => ({
    pods: { namespaceSelector, podSelector: { matchLabels: { app } } },
  });
  const oldNamespaces = (choice: Json): Json => ({ namespaces: choice });
  it.each<[string, KubernetesObject, Answer]>([
    ['a subject by labels of pods', anp(1, from('Deny'), pods('web')), 'no'],
    ['another subject', anp(1, from('Deny'), pods('db')), 'yes'],
    [
      'a subject by labels of namespaces',
      anp(1, from('Deny'), { namespaces: { matchLabels: { team: 'sales' } } }),
      'no',
    ],
    ['no subject is nobody', anp(1, from('Deny'), {}), 'yes'],
    ['peers by labels of pods', anp(1, from('Deny', undefined, pods('client'))), 'no'],
    [
      'peers in other namespaces',
      anp(1, from('Deny', undefined, pods('client', { matchLabels: { team: 'sales' } }))),
      'yes',
    ],
    [
      'the older form of namespaces',
      anp(1, from('Deny', undefined, oldNamespaces({ namespaceSelector: { matchLabels: { team: 'ops' } } }))),
      'no',
    ],
    ['namespaces with the same label', anp(1, from('Deny', undefined, oldNamespaces({ sameLabels: ['zone'] }))), 'no'],
    [
      'namespaces with the same labels',
      anp(1, from('Deny', undefined, oldNamespaces({ sameLabels: ['zone', 'team'] }))),
      'yes',
    ],
    [
      'namespaces with another label',
      anp(1, from('Deny', undefined, oldNamespaces({ notSameLabels: ['team'] }))),
      'no',
    ],
    ['and not another', anp(1, from('Deny', undefined, oldNamespaces({ notSameLabels: ['zone'] }))), 'yes'],
    ['a label that nobody has', anp(1, from('Deny', undefined, oldNamespaces({ notSameLabels: ['nope'] }))), 'yes'],
    [
      'the older form of pods',
      anp(1, from('Deny', undefined, { pods: { namespaces: { sameLabels: ['zone'] }, podSelector: {} } })),
      'no',
    ],
    [
      'a strange peer of Deny is everybody',
      anp(1, from('Deny', [{ portNumber: { protocol: 'UDP', port: 1 } }], { planets: {} })),
      'no',
    ],
    ['of Pass it denies', anp(1, from('Pass', undefined, { planets: {} })), 'no'],
    ['networks hold pods too', anp(1, to('Deny', { networks: ['10.0.0.0/8'] })), 'no'],
    ['and not others', anp(1, to('Deny', { networks: ['192.0.2.0/24'] })), 'yes'],
  ])('%s', (_, admin, expected) => {
    expect(answer([admin])).toBe(expected);
  });

  it('of Allow a strange peer is nobody', () => {
    expect(answer([anp(1, from('Allow', undefined, { planets: {} })), deny])).toBe('no');
  });

  it('never those outside, for selectors of pods', () => {
    expect(answer([anp(1, from('Deny'))], { from: { ip: '203.0.113.9' } })).toBe('yes');
  });
});

describe('addresses and names', () => {
  const node: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'w1', labels: { role: 'infra' } },
    status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] },
  } as KubernetesObject;
  const nodes = (role: string): Json => ({ nodes: { matchLabels: { role } } });
  it.each<[string, Json, string, Answer]>([
    ['a node by its labels', nodes('infra'), '192.0.2.1', 'no'],
    ['a node with others', nodes('worker'), '192.0.2.1', 'yes'],
    ['no node', nodes('infra'), '192.0.2.2', 'yes'],
    ['a network', { networks: ['198.51.100.0/24', '2001:db8::/32'] }, '198.51.100.7', 'no'],
    ['a network of IPv6', { networks: ['198.51.100.0/24', '2001:db8::/32'] }, '2001:db8::7', 'no'],
    ['another network', { networks: ['198.51.100.0/24'] }, '198.51.101.7', 'yes'],
    ['names, whose addresses nobody knows', { domainNames: ['*.example.com'] }, '198.51.100.7', 'unknown'],
  ])('%s', (_, peer, ip, expected) => {
    expect(answer([node, anp(1, to('Deny', peer))], { to: { ip } })).toBe(expected);
  });
});

describe('ports', () => {
  it.each<[string, Json, number, string, Answer]>([
    ['a number', port80, 80, 'TCP', 'no'],
    ['another number', port80, 81, 'TCP', 'yes'],
    ['a range', { portRange: { protocol: 'TCP', start: 70, end: 90 } }, 90, 'TCP', 'no'],
    ['beyond it', { portRange: { protocol: 'TCP', start: 70, end: 90 } }, 91, 'TCP', 'yes'],
    ['a name', { namedPort: 'http' }, 80, 'TCP', 'no'],
    ['a name of its own protocol', { namedPort: 'dns' }, 53, 'UDP', 'no'],
    ['and of no other', { namedPort: 'dns' }, 53, 'TCP', 'yes'],
    ['a name that is not there', { namedPort: 'nope' }, 80, 'TCP', 'yes'],
    ['a port without a number', { portNumber: { protocol: 'TCP' } }, 80, 'TCP', 'yes'],
  ])('%s', (_, entry, port, protocol, expected) => {
    expect(answer([anp(1, from('Deny', [entry]))], { port, protocol })).toBe(expected);
  });

  it.each<[string, Json, number, string, Answer]>([
    ['a number', { tcp: { destinationPort: { number: 80 } } }, 80, 'TCP', 'no'],
    ['a range', { udp: { destinationPort: { range: { start: 1, end: 99 } } } }, 80, 'UDP', 'no'],
    ['a protocol', { sctp: {} }, 7, 'SCTP', 'no'],
    ['another protocol', { sctp: {} }, 7, 'TCP', 'yes'],
    ['a name', { destinationNamedPort: 'http' }, 80, 'TCP', 'no'],
  ])('of a ClusterNetworkPolicy: %s', (_, entry, port, protocol, expected) => {
    const rules = { ingress: [{ action: 'Deny', from: [everyPod], protocols: [entry] }] };
    expect(answer([cnp('Admin', 1, rules)], { port, protocol })).toBe(expected);
  });
});

describe('what is blamed and what allows', () => {
  const flow = { from: client, to: web, port: 80, protocol: 'TCP' };
  it('names the rule that denies', () => {
    const { blockedBy } = policyVerdict(snapshotOf([...world, open, anp(1, from('Deny', [port80]))]), flow);
    expect(blockedBy).toMatchObject([
      {
        policy: { kind: 'AdminNetworkPolicy', name: 'p1' },
        reason: 'denied',
        rule: 0,
        detail: 'ingress[0] denies TCP/80 from Pod/other/client',
      },
    ]);
  });

  it('names the rule that allows', () => {
    const { allowedBy } = policyVerdict(snapshotOf([...world, deny, anp(1, from('Allow'))]), flow);
    expect(allowedBy).toMatchObject([{ policy: { kind: 'AdminNetworkPolicy' }, direction: 'Ingress', rule: 0 }]);
  });

  it('does not decide for pods of whose namespace nothing is known', () => {
    const subject = { namespaces: { matchLabels: { team: 'sales' } } };
    const objects = [web, client, anp(1, from('Deny'), subject)];
    const verdict = policyVerdict(snapshotOf(objects, ['Namespace']), flow);
    expect(verdict).toMatchObject({ allowed: 'unknown', reason: 'the labels of Namespace/shop are not known' });
  });
});

it('the table of connections has what is left of each port', () => {
  const rules = {
    ingress: [
      { action: 'Deny', from: [everyPod], ports: [port80] },
      { action: 'Allow', from: [everyPod], ports: [{ portRange: { protocol: 'TCP', start: 1, end: 100 } }] },
    ],
  };
  const rows = [...policyConnections(snapshotOf([...world, deny, anp(1, rules)]), { closedWorld: true })];
  const row = rows.find(({ src, dst }) => src.kind === 'workload' && src.name === 'client' && dst.kind === 'workload');
  expect(row && formatPortSet(row.allowed)).toBe('TCP 1-79, 81-100');
});
