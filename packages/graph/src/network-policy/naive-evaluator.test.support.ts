import { type KubernetesObject, type Pod } from '@kroot/types';

/**
 * An evaluator of its own, as the documentation reads: one connection, one port, no sets of ports, no index, no memo and no code
 * shared with the engine. What the API leaves to network plugins is decided one way or the other by `blocksHoldPods`.
 */
type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}
interface Choice {
  readonly namespaces?: Selector;
  readonly pods?: { readonly namespaceSelector: Selector; readonly podSelector: Selector };
}
interface Peer extends Choice {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly networks?: readonly string[];
}
interface Target {
  readonly destinationPort?: {
    readonly number?: number;
    readonly range?: { readonly start: number; readonly end: number };
  };
}
interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
  readonly portNumber?: { readonly protocol: string; readonly port: number };
  readonly portRange?: { readonly protocol: string; readonly start: number; readonly end: number };
  readonly namedPort?: string;
  readonly destinationNamedPort?: string;
  readonly tcp?: Target;
  readonly udp?: Target;
  readonly sctp?: Target;
}
interface Rule {
  readonly action?: string;
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
  readonly protocols?: readonly Port[];
}
interface Spec {
  readonly podSelector?: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  readonly tier?: string;
  readonly priority?: number;
  readonly subject?: Choice;
}
interface Policy extends KubernetesObject {
  readonly spec?: Spec;
}

/** One end: a pod, or an address outside. */
export type NaiveEnd = Pod | { readonly ip: string };

export interface NaiveFlow {
  readonly from: NaiveEnd;
  readonly to: NaiveEnd;
  readonly port: number;
  readonly protocol: string;
}

export function naiveAllows(objects: readonly KubernetesObject[], flow: NaiveFlow, blocksHoldPods: boolean): boolean {
  const world = { objects: objects as readonly Policy[], blocksHoldPods };
  return (
    (isPod(flow.from) ? side(world, 'egress', flow.from, flow.to, flow) : true) &&
    (isPod(flow.to) ? side(world, 'ingress', flow.to, flow.from, flow) : true)
  );
}

interface World {
  readonly objects: readonly Policy[];
  readonly blocksHoldPods: boolean;
}

type Side = 'ingress' | 'egress';

function isPod(end: NaiveEnd): end is Pod {
  return 'metadata' in end;
}

function side(world: World, direction: Side, self: Pod, other: NaiveEnd, flow: NaiveFlow): boolean {
  const admin = tier(world, 'admin', direction, self, other, flow);
  if (admin === 'allow') return true;
  if (admin === 'deny') return false;
  const own = world.objects
    .filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === self.metadata.namespace)
    .map(({ spec = {} }) => spec)
    .filter((spec) => types(spec).includes(direction) && selects(spec.podSelector ?? {}, self.metadata.labels ?? {}));
  if (own.length > 0) {
    return own.some((spec) =>
      (spec[direction] ?? []).some(({ from = [], to = [], ports = [] }) => {
        const peers = direction === 'ingress' ? from : to;
        return (
          (peers.length === 0 || peers.some((peer) => npPeer(world, self, peer, other))) &&
          (ports.length === 0 || ports.some((port) => npPort(port, flow)))
        );
      }),
    );
  }
  return tier(world, 'baseline', direction, self, other, flow) !== 'deny';
}

function types({ policyTypes = [], egress = [] }: Spec): readonly string[] {
  if (policyTypes.length > 0) return policyTypes.map((type) => type.toLowerCase());
  return egress.length > 0 ? ['ingress', 'egress'] : ['ingress'];
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(matchLabels)) if (labels[key] !== value) return false;
  return matchExpressions.every(({ key, operator, values = [] }) => {
    const has = key in labels;
    const isIn = has && values.includes(labels[key] ?? '');
    return { In: isIn, NotIn: !isIn, Exists: has, DoesNotExist: !has }[operator] ?? false;
  });
}

function namespaceLabels(world: World, name: string): Labels {
  const found = world.objects.find((o) => o.kind === 'Namespace' && o.metadata.name === name);
  return { ...found?.metadata.labels, 'kubernetes.io/metadata.name': name };
}

function npPeer(world: World, self: Pod, peer: Peer, other: NaiveEnd): boolean {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  if (ipBlock !== undefined) {
    const holds = (ip: string): boolean =>
      inCidr(ip, ipBlock.cidr) && !(ipBlock.except ?? []).some((hole) => inCidr(ip, hole));
    if (!isPod(other)) return holds(other.ip);
    return world.blocksHoldPods && (other.status?.podIPs ?? []).some(({ ip }) => holds(ip));
  }
  if (!isPod(other) || (podSelector ?? namespaceSelector) === undefined) return false;
  const namespace = other.metadata.namespace ?? '';
  const isThere =
    namespaceSelector === undefined
      ? namespace === self.metadata.namespace
      : selects(namespaceSelector, namespaceLabels(world, namespace));
  return isThere && selects(podSelector ?? {}, other.metadata.labels ?? {});
}

function npPort({ protocol = 'TCP', port, endPort }: Port, flow: NaiveFlow): boolean {
  if (protocol !== flow.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'number') return flow.port >= port && flow.port <= (endPort ?? port);
  return declares(flow, port, protocol);
}

/** Whether the destination calls the port so: of two of one name and protocol the first one counts. */
function declares({ to, port }: NaiveFlow, name: string, protocol: string): boolean {
  if (!isPod(to)) return false;
  for (const { ports = [] } of to.spec.containers) {
    for (const each of ports) {
      if (each.name === name && (each.protocol ?? 'TCP') === protocol) return each.containerPort === port;
    }
  }
  return false;
}

function tier(
  world: World,
  which: 'admin' | 'baseline',
  direction: Side,
  self: Pod,
  other: NaiveEnd,
  flow: NaiveFlow,
): 'allow' | 'deny' | undefined {
  const policies = world.objects
    .filter((policy) => tierOf(policy) === which)
    .map(({ spec = {} }) => spec)
    .toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  for (const spec of policies) {
    const rules = adminPods(world, spec.subject ?? {}, self) ? (spec[direction] ?? []) : [];
    const first = rules.find((rule) => isAbout(world, rule, direction, other, flow));
    if (first?.action === 'Pass') return undefined;
    if (first !== undefined) return first.action === 'Deny' ? 'deny' : 'allow';
  }
  return undefined;
}

function isAbout(world: World, rule: Rule, direction: Side, other: NaiveEnd, flow: NaiveFlow): boolean {
  const peers = (direction === 'ingress' ? rule.from : rule.to) ?? [];
  const ports = rule.ports ?? rule.protocols ?? [];
  return (
    peers.some((peer) => adminPeer(world, peer, other)) &&
    (ports.length === 0 || ports.some((port) => adminPort(port, flow)))
  );
}

function tierOf({ kind, spec }: Policy): string | undefined {
  if (kind === 'AdminNetworkPolicy') return 'admin';
  if (kind === 'BaselineAdminNetworkPolicy') return 'baseline';
  return kind === 'ClusterNetworkPolicy' ? spec?.tier?.toLowerCase() : undefined;
}

function adminPods(world: World, { namespaces, pods }: Choice, pod: Pod): boolean {
  const labels = namespaceLabels(world, pod.metadata.namespace ?? '');
  if (namespaces !== undefined) return selects(namespaces, labels);
  return (
    pods !== undefined &&
    selects(pods.namespaceSelector, labels) &&
    selects(pods.podSelector, pod.metadata.labels ?? {})
  );
}

function adminPeer(world: World, peer: Peer, other: NaiveEnd): boolean {
  const { networks } = peer;
  if (networks !== undefined) {
    const ips = isPod(other) ? (other.status?.podIPs ?? []).map(({ ip }) => ip) : [other.ip];
    return ips.some((ip) => networks.some((cidr) => inCidr(ip, cidr)));
  }
  return isPod(other) && adminPods(world, peer, other);
}

function adminPort(entry: Port, flow: NaiveFlow): boolean {
  const { portNumber, portRange, namedPort, destinationNamedPort } = entry;
  if (portNumber !== undefined) return portNumber.protocol === flow.protocol && portNumber.port === flow.port;
  if (portRange !== undefined)
    return portRange.protocol === flow.protocol && portRange.start <= flow.port && flow.port <= portRange.end;
  const name = namedPort ?? destinationNamedPort;
  if (name !== undefined) return declares(flow, name, flow.protocol);
  const target = { TCP: entry.tcp, UDP: entry.udp, SCTP: entry.sctp }[flow.protocol];
  if (target === undefined) return false;
  const { number, range } = target.destinationPort ?? {};
  if (number !== undefined) return number === flow.port;
  return range === undefined || (range.start <= flow.port && flow.port <= range.end);
}

function inCidr(ip: string, cidr: string): boolean {
  const [base = '', bits = ''] = cidr.split('/');
  if (ip.includes(':') !== base.includes(':')) return false;
  const [a, b] = [binary(ip), binary(base)];
  return a.slice(0, Number(bits)) === b.slice(0, Number(bits));
}

function binary(ip: string): string {
  if (!ip.includes(':'))
    return ip
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [head = '', tail] = ip.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
