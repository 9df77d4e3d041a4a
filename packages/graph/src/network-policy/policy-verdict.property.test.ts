import {
  type LabelSelector,
  type LabelSelectorRequirement,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  type Pod,
} from '@kroot/types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { namespace, pod, policy } from './fixtures.test.support.ts';
import { policyVerdict } from './policy-verdict.ts';

/**
 * An evaluator of its own, as the documentation reads: no index, no memo, no shared code, and only what is decidable
 * (addresses are outside the cluster, pods are not on the host's network).
 */
type Labels = Readonly<Record<string, string>>;
type Other = { readonly labels: Labels; readonly namespace: string } | { readonly ip: number };

const NAMESPACE_LABELS: Readonly<Record<string, Labels>> = {
  a: { env: 'x', 'kubernetes.io/metadata.name': 'a' },
  b: { 'kubernetes.io/metadata.name': 'b' },
};

function naiveHolds(requirement: LabelSelectorRequirement, labels: Labels): boolean {
  const has = requirement.key in labels;
  const inside = has && (requirement.values ?? []).includes(labels[requirement.key] ?? '');
  const answers: Readonly<Record<string, boolean>> = { In: inside, NotIn: !inside, Exists: has, DoesNotExist: !has };
  return answers[requirement.operator] ?? false;
}

function naiveSelects(selector: LabelSelector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false;
  return (selector.matchExpressions ?? []).every((requirement) => naiveHolds(requirement, labels));
}

function naiveInCidr(cidr: string, ip: number): boolean {
  const [address = '', bits = ''] = cidr.split('/');
  const base = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(base / size) === Math.floor(ip / size);
}

function naivePeer(own: string, peer: NetworkPolicyPeer, other: Other): boolean {
  if (peer.ipBlock !== undefined) {
    if (!('ip' in other)) return false;
    const { cidr, except = [] } = peer.ipBlock;
    return naiveInCidr(cidr, other.ip) && !except.some((hole) => naiveInCidr(hole, other.ip));
  }
  if ('ip' in other) return false;
  if (peer.namespaceSelector === undefined && other.namespace !== own) return false;
  if (
    peer.namespaceSelector !== undefined &&
    !naiveSelects(peer.namespaceSelector, NAMESPACE_LABELS[other.namespace] ?? {})
  ) {
    return false;
  }
  return peer.podSelector === undefined || naiveSelects(peer.podSelector, other.labels);
}

function naivePort(rule: NetworkPolicyPort, port: number, protocol: string, destination: Pod | undefined): boolean {
  if ((rule.protocol ?? 'TCP') !== protocol) return false;
  if (rule.port === undefined) return true;
  if (typeof rule.port === 'number') return port >= rule.port && port <= (rule.endPort ?? rule.port);
  return (destination?.spec.containers ?? []).some(({ ports = [] }) =>
    ports.some(
      (each) => each.name === rule.port && (each.protocol ?? 'TCP') === protocol && each.containerPort === port,
    ),
  );
}

interface NaiveFlow {
  readonly self: Pod;
  readonly other: Other;
  readonly port: number;
  readonly protocol: string;
  readonly destination: Pod | undefined;
}

function naiveTypes({ policyTypes = [], egress = [] }: NonNullable<NetworkPolicy['spec']>): readonly string[] {
  if (policyTypes.length > 0) return policyTypes;
  return egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

function naiveDirection(policies: readonly NetworkPolicy[], direction: 'Ingress' | 'Egress', flow: NaiveFlow): boolean {
  const own = flow.self.metadata.namespace ?? '';
  const isolating = policies
    .filter(({ metadata }) => metadata.namespace === own)
    .filter(({ spec }) => naiveSelects(spec?.podSelector ?? {}, flow.self.metadata.labels ?? {}))
    .filter(({ spec }) => naiveTypes(spec ?? {}).includes(direction));
  const rules = isolating.flatMap(({ spec }) =>
    direction === 'Ingress'
      ? (spec?.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }))
      : (spec?.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports })),
  );
  const { other, port, protocol, destination } = flow;
  return (
    isolating.length === 0 ||
    rules
      .filter(({ peers }) => peers.length === 0 || peers.some((each) => naivePeer(own, each, other)))
      .some(({ ports }) => ports.length === 0 || ports.some((each) => naivePort(each, port, protocol, destination)))
  );
}

const key = fc.constantFrom('app', 'tier', 'env');
const value = fc.constantFrom('x', 'y', '');
const labels = fc.dictionary(key, value, { maxKeys: 2 });
const selector: fc.Arbitrary<LabelSelector> = fc.record(
  {
    matchLabels: fc.dictionary(
      fc.oneof(key, fc.constant('kubernetes.io/metadata.name')),
      fc.constantFrom('x', '', 'a', 'b'),
      { maxKeys: 1 },
    ),
    matchExpressions: fc.array(
      fc.record({
        key,
        operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
        values: fc.array(value, { minLength: 1, maxLength: 2 }),
      }),
      { maxLength: 1 },
    ),
  },
  { requiredKeys: [] },
);
const cidr = fc.constantFrom(
  '203.0.113.0/24',
  '203.0.113.8/29',
  '203.0.113.9/32',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '0.0.0.0/0',
);
const peer: fc.Arbitrary<NetworkPolicyPeer> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
  fc.record({ ipBlock: fc.record({ cidr, except: fc.array(cidr, { maxLength: 2 }) }, { requiredKeys: ['cidr'] }) }),
);
const protocol = fc.constantFrom('TCP', 'UDP');
const port: fc.Arbitrary<NetworkPolicyPort> = fc.oneof(
  fc.record(
    { protocol, port: fc.oneof(fc.constantFrom(79, 80, 81), fc.constantFrom('http', 'dns')) },
    { requiredKeys: [] },
  ),
  fc.record({ port: fc.constantFrom(78, 80), endPort: fc.constantFrom(80, 82) }),
);
const lists = { peers: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) };
const spec: fc.Arbitrary<NonNullable<NetworkPolicy['spec']>> = fc.record(
  {
    podSelector: selector,
    policyTypes: fc.subarray(['Ingress', 'Egress']),
    ingress: fc.array(fc.record({ from: lists.peers, ports: lists.ports }, { requiredKeys: [] }), { maxLength: 2 }),
    egress: fc.array(fc.record({ to: lists.peers, ports: lists.ports }, { requiredKeys: [] }), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const space = fc.constantFrom('a', 'b');
const policies = fc
  .array(fc.tuple(space, spec), { maxLength: 4 })
  .map((all) => all.map(([where, each], index) => policy(`${where}/p${index}`, each)));
const declared = fc.array(
  fc.record(
    { name: fc.constantFrom('http', 'dns'), containerPort: fc.constantFrom(80, 81), protocol },
    { requiredKeys: ['name', 'containerPort'] },
  ),
  { maxLength: 2 },
);
const podAt = (name: string, ip: string): fc.Arbitrary<Pod> =>
  fc
    .tuple(space, labels, declared)
    .map(([where, own, ports]) =>
      pod(`${where}/${name}`, own, { spec: { containers: [{ name: 'main', ports }] }, status: { podIP: ip } }),
    );
// No block above holds these addresses but those that hold half of all: what blocks mean for pods is left open.
const podWithoutAddress = (name: string): fc.Arbitrary<Pod> => podAt(name, '');
const outside = fc.constantFrom('203.0.113.9', '203.0.113.1', '198.51.100.1', '9.9.9.9');

const numberOf = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const asOther = (end: Pod | { readonly ip: string }): Other =>
  'ip' in end
    ? { ip: numberOf(end.ip) }
    : { labels: end.metadata.labels ?? {}, namespace: end.metadata.namespace ?? '' };

const world = [namespace('a', { env: 'x' }), namespace('b')];

describe('policyVerdict agrees with a naive evaluator', () => {
  it('between pods', () => {
    const ends = fc.tuple(podWithoutAddress('from'), podWithoutAddress('to'));
    fc.assert(
      fc.property(policies, ends, fc.constantFrom(79, 80, 81), protocol, (all, [from, to], number, proto) => {
        const flow = { port: number, protocol: proto, destination: to };
        const expected =
          naiveDirection(all, 'Egress', { ...flow, self: from, other: asOther(to) }) &&
          naiveDirection(all, 'Ingress', { ...flow, self: to, other: asOther(from) });
        const { allowed, blockedBy } = policyVerdict(snapshotOf([...world, from, to, ...all]), {
          from,
          to,
          port: number,
          protocol: proto,
        });
        // The one thing left open here: whether a block holds a pod whose address is not known.
        const possible = expected ? ['yes'] : ['no', 'unknown'];
        expect(possible).toContain(allowed);
        expect(blockedBy.length > 0).toBe(allowed === 'no');
      }),
      { numRuns: 500 },
    );
  });

  it('from and to addresses outside', () => {
    fc.assert(
      fc.property(
        policies,
        podAt('web', '10.0.0.1'),
        outside,
        fc.boolean(),
        fc.constantFrom(79, 80, 81),
        protocol,
        (all, web, ip, inbound, number, proto) => {
          const self = { self: web, other: asOther({ ip }), port: number, protocol: proto };
          const expected = inbound
            ? naiveDirection(all, 'Ingress', { ...self, destination: web })
            : naiveDirection(all, 'Egress', { ...self, destination: undefined });
          const [from, to] = inbound ? [{ ip }, web] : [web, { ip }];
          const { allowed } = policyVerdict(snapshotOf([...world, web, ...all]), {
            from,
            to,
            port: number,
            protocol: proto,
          });
          expect(allowed).toBe(expected ? 'yes' : 'no');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('and one more policy never closes what a policy had opened', () => {
    const ends = fc.tuple(podAt('from', '10.0.0.1'), podAt('to', '10.0.0.2'));
    fc.assert(
      fc.property(policies, ends, spec, protocol, (all, [from, to], extra, proto) => {
        const flow = { from, to, port: 80, protocol: proto };
        const before = policyVerdict(snapshotOf([...world, from, to, ...all]), flow);
        const isolated = new Set(before.allowedBy.map(({ direction }) => direction));
        if (before.allowed !== 'yes' || isolated.size < 2) return;
        const more = [policy('a/extra', extra), policy('b/extra', extra)];
        expect(policyVerdict(snapshotOf([...world, from, to, ...all, ...more]), flow).allowed).toBe('yes');
      }),
    );
  });
});
