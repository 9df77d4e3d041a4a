import { type KubernetesObject, type NetworkPolicy, type Pod } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { policyConnections } from './connections.ts';
import { namespace, pod, policy } from './fixtures.test.support.ts';
import { policyVerdict } from './policy-verdict.ts';
import { hasPort } from './port-set.ts';
import { type FlowEnd } from './verdict.ts';

type Spec = NonNullable<NetworkPolicy['spec']>;
type Rules = NonNullable<Spec['ingress']>;
type EgressRules = NonNullable<Spec['egress']>;

const all = {};
const labelled = (app: string): NonNullable<Spec['podSelector']> => ({ matchLabels: { app } });
const inbound = (ingress: Rules, podSelector: NonNullable<Spec['podSelector']> = all): Spec => ({
  podSelector,
  policyTypes: ['Ingress'],
  ingress,
});
const outbound = (egress: EgressRules, podSelector: NonNullable<Spec['podSelector']> = all): Spec => ({
  podSelector,
  policyTypes: ['Egress'],
  egress,
});
const serving = (name: string, containerPort: number): { spec: Partial<Pod['spec']> } => ({
  spec: { containers: [{ name: 'main', ports: [{ name, containerPort }] }] },
});

const web = pod('shop/web', { app: 'web' });
const client = pod('shop/client', { app: 'client' });
const intruder = pod('other/intruder', { app: 'client' });
const db = pod('shop/db', { app: 'db' });
const dns = pod('kube-system/dns', { 'k8s-app': 'kube-dns' });
const controller = pod('ingress-nginx/controller', { app: 'controller' });
const finished = pod('shop/job', { app: 'job' }, { status: { phase: 'Succeeded', podIP: '10.0.0.9' } });
const onHost = pod('shop/agent', { app: 'agent' }, { spec: { hostNetwork: true } });
const namespaces = ['shop', 'other', 'kube-system', 'ingress-nginx'].map((name) => namespace(name));

interface Case {
  readonly title: string;
  readonly policies: readonly Spec[];
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  readonly port?: number;
  readonly protocol?: string;
  readonly expected: 'yes' | 'no' | 'unknown';
}

const ownOnly = inbound([{ from: [{ podSelector: all }] }]);
const toDns = outbound([
  {
    to: [{ namespaceSelector: all, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
    ports: [{ protocol: 'UDP', port: 53 }],
  },
]);
const http = inbound([{ ports: [{ port: 'http' }] }]);
const outside: FlowEnd = { external: true };

/** What simulators of NetworkPolicy have got wrong, one way or the other. */
const CASES: readonly Case[] = [
  { title: 'podSelector {} alone is every namespace', policies: [ownOnly], from: intruder, to: web, expected: 'no' },
  {
    title: 'namespaceSelector {} is the own namespace',
    policies: [toDns],
    from: web,
    to: dns,
    port: 53,
    protocol: 'UDP',
    expected: 'yes',
  },
  {
    title: 'the name of the Service port counts: false block',
    policies: [http],
    from: client,
    to: pod('shop/w', {}, serving('http', 8080)),
    port: 8080,
    expected: 'yes',
  },
  {
    title: 'the name of the Service port counts: missed block',
    policies: [http],
    from: client,
    to: pod('shop/w', {}, serving('web', 9090)),
    port: 9090,
    expected: 'no',
  },
  {
    title: 'no protocol is every protocol',
    policies: [outbound([{ ports: [{ port: 53 }] }])],
    from: web,
    to: dns,
    port: 53,
    protocol: 'UDP',
    expected: 'no',
  },
  {
    title: 'the first backend speaks for all: locked',
    policies: [inbound([], labelled('a'))],
    from: client,
    to: pod('shop/a', { app: 'a' }),
    expected: 'no',
  },
  {
    title: 'the first backend speaks for all: open',
    policies: [inbound([], labelled('a'))],
    from: client,
    to: pod('shop/b', { app: 'b' }),
    expected: 'yes',
  },
  {
    title: 'one open port is enough: the open one',
    policies: [inbound([{ ports: [{ port: 9090 }] }])],
    from: client,
    to: web,
    port: 9090,
    expected: 'yes',
  },
  {
    title: 'one open port is enough: the one that is needed',
    policies: [inbound([{ ports: [{ port: 9090 }] }])],
    from: client,
    to: web,
    port: 80,
    expected: 'no',
  },
  {
    title: 'who comes through an Ingress comes from outside',
    policies: [
      inbound([{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }] }]),
    ],
    from: controller,
    to: web,
    expected: 'yes',
  },
  {
    title: 'any CIDR is everybody outside',
    policies: [inbound([{ from: [{ ipBlock: { cidr: '203.0.113.7/32' } }] }])],
    from: { ip: '203.0.113.8' },
    to: web,
    expected: 'no',
  },
  {
    title: 'exceptions count for 0.0.0.0/0 alone',
    policies: [inbound([{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['0.0.0.0/1', '128.0.0.0/1'] } }] }])],
    from: outside,
    to: web,
    expected: 'no',
  },
  {
    title: 'egress to anywhere must be without ports',
    policies: [outbound([{ ports: [{ port: 443 }] }])],
    from: web,
    to: { ip: '203.0.113.7' },
    port: 443,
    expected: 'yes',
  },
  {
    title: 'ports have to be declared',
    policies: [inbound([{ ports: [{ port: 5432 }] }])],
    from: web,
    to: db,
    port: 5432,
    expected: 'yes',
  },
  {
    title: 'any destination will do',
    policies: [outbound([{ to: [{ podSelector: labelled('db') }] }])],
    from: web,
    to: dns,
    port: 53,
    protocol: 'UDP',
    expected: 'no',
  },
  {
    title: 'the server alone decides',
    policies: [outbound([{ to: [{ podSelector: labelled('db') }] }], labelled('client'))],
    from: client,
    to: web,
    expected: 'no',
  },
  {
    title: 'any client will do',
    policies: [inbound([{ from: [{ podSelector: labelled('debug') }] }])],
    from: client,
    to: web,
    expected: 'no',
  },
  {
    title: 'clients live in the own namespace',
    policies: [
      inbound([{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }] }]),
    ],
    from: intruder,
    to: web,
    expected: 'yes',
  },
  {
    title: 'pods on the host network are isolated',
    policies: [inbound([])],
    from: client,
    to: onHost,
    expected: 'yes',
  },
  {
    title: 'finished pods are clients',
    policies: [inbound([{ from: [{ podSelector: labelled('job') }] }])],
    from: finished,
    to: web,
    expected: 'unknown',
  },
  { title: 'a rule without peers and ports blocks', policies: [inbound([{}])], from: client, to: web, expected: 'yes' },
  {
    title: 'each policy is judged alone',
    policies: [inbound([]), inbound([{}])],
    from: client,
    to: web,
    expected: 'yes',
  },
  {
    title: 'egress: [] makes it about egress',
    policies: [{ podSelector: all, egress: [] }],
    from: web,
    to: intruder,
    expected: 'yes',
  },
  {
    title: 'policyTypes: [] is about nothing',
    policies: [{ podSelector: all, policyTypes: [] }],
    from: client,
    to: web,
    expected: 'no',
  },
  {
    title: 'blocks never hold pods',
    policies: [outbound([{ to: [{ ipBlock: { cidr: '10.244.0.0/16' } }] }])],
    from: web,
    to: pod('other/x', {}, { status: { podIP: '10.244.0.7' } }),
    expected: 'unknown',
  },
  {
    title: 'backends are not clients of each other',
    policies: [inbound([{ ports: [{ port: 80 }] }])],
    from: pod('shop/s-0', { app: 's' }),
    to: pod('shop/s-1', { app: 's' }),
    port: 7000,
    expected: 'no',
  },
  {
    title: 'peers are looked for among what was asked for',
    policies: [outbound([{ to: [{ podSelector: labelled('db') }] }])],
    from: web,
    to: db,
    port: 5432,
    expected: 'yes',
  },
];

const isPod = (end: FlowEnd): end is Pod => 'metadata' in end;

describe('not so:', () => {
  it.each(CASES)('$title', ({ policies, from, to, port = 80, protocol = 'TCP', expected }) => {
    const ends = [from, to].filter((end) => isPod(end));
    const objects: readonly KubernetesObject[] = [
      ...new Set([web, client, db, dns, intruder, ...ends]),
      ...namespaces,
      ...policies.map((spec, at) => policy(`shop/p${at}`, spec)),
    ];
    const snapshot = snapshotOf(objects);
    expect(policyVerdict(snapshot, { from, to, port, protocol }).allowed).toBe(expected);
    if (!isPod(from) || !isPod(to) || from === finished) return;
    // The table of all connections says the same.
    const row = [...policyConnections(snapshot, { closedWorld: true })].find(
      ({ src, dst }) =>
        src.kind === 'workload' &&
        dst.kind === 'workload' &&
        src.name === from.metadata.name &&
        dst.name === to.metadata.name,
    );
    const isOpen = row !== undefined && hasPort(row.allowed, protocol, port);
    expect(isOpen).toBe(expected === 'yes');
  });

  it('the first policy by name is to blame', () => {
    const objects = [
      web,
      client,
      ...namespaces,
      policy('shop/a-allow-metrics', inbound([{ ports: [{ port: 9090 }] }], labelled('metrics'))),
      policy('shop/z-deny', inbound([], labelled('web'))),
    ];
    const { blockedBy } = policyVerdict(snapshotOf(objects), { from: client, to: web, port: 80, protocol: 'TCP' });
    expect(blockedBy.map(({ policy: { name } }) => name)).toEqual(['z-deny']);
  });
});
