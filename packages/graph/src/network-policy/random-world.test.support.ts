import { type KubernetesObject, type Pod } from '@kroot/types';
import { namespace } from './fixtures.test.support.ts';

/** A small cluster with policies of every kind, made of a seed; small ranges of everything, so that things meet. */
export interface RandomWorld {
  readonly objects: readonly KubernetesObject[];
  readonly pods: readonly Pod[];
  readonly outside: readonly string[];
}

export function randomWorld(seed: number): RandomWorld {
  const r = randomOf(seed);
  const pods = Array.from({ length: 3 }, (_, at) => randomPod(r, at));
  const objects: KubernetesObject[] = [...pods];
  for (const name of SPACES) objects.push(namespace(name, r.labels()));
  const policies = r.upTo(4);
  for (let at = 0; at < policies; at += 1) objects.push(networkPolicy(r, at));
  if (r.chance(0.6)) objects.push(...adminPolicies(r));
  return { objects, pods, outside: [r.pick(OUTSIDE), r.pick(OUTSIDE)] };
}

const SPACES = ['a', 'b', 'c'] as const;
const OUTSIDE = ['203.0.113.9', '203.0.113.1', '198.51.100.1', '9.9.9.9', '2001:db8::9', '2001:db8:1::1', 'fd00:1::1'];
const BLOCKS = [
  '203.0.113.0/24',
  '203.0.113.8/29',
  '203.0.113.9/32',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '0.0.0.0/0',
  '10.0.0.0/8',
  '10.0.1.0/24',
  '2001:db8::/32',
  '2001:db8::/48',
  '::/0',
  'fd00::/8',
];
const KEYS = ['app', 'tier', 'env'];
const VALUES = ['x', 'y', ''];
const PORTS = [79, 80, 81, 82];
const NAMES = ['http', 'dns'];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

type Json = Readonly<Record<string, unknown>>;

interface Random {
  chance(share: number): boolean;
  upTo(most: number): number;
  pick<T>(from: readonly T[]): T;
  list<T>(most: number, make: () => T): T[];
  labels(): Record<string, string>;
}

/** mulberry32 */
function randomOf(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e37_79b9);
  const next = (): number => {
    state = Math.trunc(state + 0x6d2b_79f5);
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const random: Random = {
    chance: (share) => next() < share,
    upTo: (most) => Math.floor(next() * (most + 1)),
    pick: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number],
    list: (most, make) => Array.from({ length: random.upTo(most) }, () => make()),
    labels: () => Object.fromEntries(random.list(2, () => [random.pick(KEYS), random.pick(VALUES)])),
  };
  return random;
}

function randomPod(r: Random, at: number): Pod {
  const ports = r.list(3, () => ({
    name: r.pick(NAMES),
    containerPort: r.pick(PORTS),
    ...(r.chance(0.5) && { protocol: r.pick(PROTOCOLS) }),
  }));
  const ips = [`10.0.${r.upTo(1)}.${at + 1}`, ...(r.chance(0.3) ? [`fd00::${at + 1}`] : [])];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: r.pick(SPACES), name: `p${at}`, labels: r.labels() },
    spec: { containers: [{ name: 'main', ports }], nodeName: 'w1' },
    status: { phase: 'Running', podIP: ips[0] ?? '', podIPs: ips.map((ip) => ({ ip })) },
  };
}

function selector(r: Random): Json {
  const operator = r.pick(['In', 'NotIn', 'Exists', 'DoesNotExist']);
  return {
    ...(r.chance(0.5) && { matchLabels: Object.fromEntries(r.list(1, () => [r.pick(KEYS), r.pick(VALUES)])) }),
    ...(r.chance(0.4) && {
      matchExpressions: [
        {
          key: r.pick(KEYS),
          operator,
          ...(operator.endsWith('In') && { values: [r.pick(VALUES), ...r.list(1, () => r.pick(VALUES))] }),
        },
      ],
    }),
  };
}

function namespaceSelector(r: Random): Json {
  return r.chance(0.4) ? { matchLabels: { 'kubernetes.io/metadata.name': r.pick(SPACES) } } : selector(r);
}

function networkPolicy(r: Random, at: number): KubernetesObject {
  const peer = (): Json => {
    const kind = r.upTo(7);
    if (kind === 0) return {};
    if (kind <= 2) {
      const cidr = r.pick(BLOCKS);
      const except = r.list(2, () => r.pick(BLOCKS));
      return { ipBlock: { cidr, ...(r.chance(0.5) && { except }) } };
    }
    return {
      ...(kind !== 3 && { podSelector: selector(r) }),
      ...(kind % 2 === 1 && { namespaceSelector: namespaceSelector(r) }),
    };
  };
  const port = (): Json => {
    const number = r.pick(PORTS);
    const kind = r.upTo(3);
    return {
      ...(r.chance(0.6) && { protocol: r.pick(PROTOCOLS) }),
      ...(kind === 1 && { port: number }),
      ...(kind === 2 && { port: r.pick(NAMES) }),
      ...(kind === 3 && { port: number, endPort: number + r.upTo(2) }),
    };
  };
  const rules = (side: string): Json[] =>
    r.list(2, () => ({
      ...(r.chance(0.8) && { [side]: r.list(2, peer) }),
      ...(r.chance(0.7) && { ports: r.list(2, port) }),
    }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: r.pick(SPACES), name: `np${at}` },
    spec: {
      ...(r.chance(0.9) && { podSelector: selector(r) }),
      ...(r.chance(0.6) && { policyTypes: ['Ingress', 'Egress'].filter(() => r.chance(0.6)) }),
      ...(r.chance(0.7) && { ingress: rules('from') }),
      ...(r.chance(0.6) && { egress: rules('to') }),
    },
  } as KubernetesObject;
}

function adminPolicies(r: Random): readonly KubernetesObject[] {
  const found: KubernetesObject[] = [];
  // Between equal priorities the API leaves the order open: each has its own.
  const priorities = [3, 7, 11, 12].toSorted(() => (r.chance(0.5) ? 1 : -1));
  const made = r.upTo(3);
  for (let at = 0; at < made; at += 1) {
    const cluster = r.chance(0.4);
    const tier = r.pick(['Admin', 'Admin', 'Baseline']);
    found.push({
      apiVersion: cluster ? 'policy.networking.k8s.io/v1alpha2' : 'policy.networking.k8s.io/v1alpha1',
      kind: cluster ? 'ClusterNetworkPolicy' : 'AdminNetworkPolicy',
      metadata: { name: `p${at}` },
      spec: {
        priority: priorities[at],
        ...(cluster && { tier }),
        ...adminSpec(r, cluster, ['Allow', 'Deny', 'Pass']),
      },
    } as KubernetesObject);
  }
  // Not beside a Baseline ClusterNetworkPolicy: which of the two is asked first is nowhere said.
  if (r.chance(0.5) && !found.some((policy) => policy.kind === 'ClusterNetworkPolicy')) {
    found.push({
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'BaselineAdminNetworkPolicy',
      metadata: { name: 'default' },
      spec: adminSpec(r, false, ['Allow', 'Deny']),
    } as KubernetesObject);
  }
  return found;
}

function adminSpec(r: Random, cluster: boolean, actions: readonly string[]): Json {
  const choice = (): Json =>
    r.chance(0.5)
      ? { namespaces: namespaceSelector(r) }
      : { pods: { namespaceSelector: namespaceSelector(r), podSelector: selector(r) } };
  const rule = (side: string): Json => {
    const action = r.pick(actions);
    const peer = (): Json =>
      side === 'to' && r.chance(0.4) ? { networks: [r.pick(BLOCKS), ...r.list(1, () => r.pick(BLOCKS))] } : choice();
    const ports = r.list(2, () => (cluster ? clusterPort(r) : adminPort(r)));
    return {
      action: cluster && action === 'Allow' ? 'Accept' : action,
      [side]: [peer(), ...r.list(1, peer)],
      ...(ports.length > 0 && { [cluster ? 'protocols' : 'ports']: ports }),
    };
  };
  return { subject: choice(), ingress: r.list(2, () => rule('from')), egress: r.list(2, () => rule('to')) };
}

function adminPort(r: Random): Json {
  const start = r.pick(PORTS);
  return r.pick([
    { portNumber: { protocol: r.pick(PROTOCOLS), port: start } },
    { portRange: { protocol: r.pick(PROTOCOLS), start, end: start + r.upTo(2) } },
    { namedPort: r.pick(NAMES) },
  ]);
}

function clusterPort(r: Random): Json {
  const start = r.pick(PORTS);
  const protocol = r.pick(PROTOCOLS).toLowerCase();
  return r.pick<Json>([
    { [protocol]: { destinationPort: { number: start } } },
    { [protocol]: { destinationPort: { range: { start, end: start + r.upTo(2) } } } },
    { [protocol]: {} },
    { destinationNamedPort: r.pick(NAMES) },
  ]);
}
