import { type KubernetesObject, type Pod } from '@kroot/types';

/**
 * An evaluator of its own, as the documentation reads: one connection, one port, no sets of ports, no index, no memo and no code
 * shared with the engine. What the API leaves to network plugins is decided one way or the other by `blocksHoldPods`.
 */
type Labels = Readonly<Record<string, string>>;
type Any = any; // oxlint-disable-line typescript/no-explicit-any -- objects as they come, without our types

/** One end: a pod, or an address outside. */
export type NaiveEnd = Pod | { readonly ip: string };

export interface NaiveFlow {
  readonly from: NaiveEnd;
  readonly to: NaiveEnd;
  readonly port: number;
  readonly protocol: string;
}

export function naiveAllows(objects: readonly KubernetesObject[], flow: NaiveFlow, blocksHoldPods: boolean): boolean {
  const world = { objects: objects as readonly Any[], blocksHoldPods };
  return (
    (isPod(flow.from) ? side(world, 'egress', flow.from, flow.to, flow) : true) &&
    (isPod(flow.to) ? side(world, 'ingress', flow.to, flow.from, flow) : true)
  );
}

interface World {
  readonly objects: readonly Any[];
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
  const own = world.objects.filter(
    (o) =>
      o.kind === 'NetworkPolicy' &&
      o.metadata.namespace === self.metadata.namespace &&
      types(o.spec).includes(direction) &&
      selects(o.spec.podSelector ?? {}, self.metadata.labels ?? {}),
  );
  if (own.length > 0) {
    return own.some((o) =>
      ((o.spec[direction] ?? []) as Any[]).some((rule) => {
        const peers = (rule[direction === 'ingress' ? 'from' : 'to'] ?? []) as Any[];
        const ports = (rule.ports ?? []) as Any[];
        return (
          (peers.length === 0 || peers.some((peer) => npPeer(world, self, peer, other))) &&
          (ports.length === 0 || ports.some((port) => npPort(port, flow)))
        );
      }),
    );
  }
  return tier(world, 'baseline', direction, self, other, flow) !== 'deny';
}

function types(spec: Any): readonly string[] {
  if ((spec.policyTypes ?? []).length > 0) return spec.policyTypes.map((type: string) => type.toLowerCase());
  return (spec.egress ?? []).length > 0 ? ['ingress', 'egress'] : ['ingress'];
}

function selects(selector: Any, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (!(key in labels) || labels[key] !== value) return false;
  }
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const has = key in labels;
    const isIn = has && values.includes(labels[key]);
    if (operator === 'In' && !isIn) return false;
    if (operator === 'NotIn' && isIn) return false;
    if (operator === 'Exists' && !has) return false;
    if (operator === 'DoesNotExist' && has) return false;
  }
  return true;
}

function namespaceLabels(world: World, name: string): Labels {
  const found = world.objects.find((o) => o.kind === 'Namespace' && o.metadata.name === name);
  return { ...found?.metadata.labels, 'kubernetes.io/metadata.name': name };
}

function npPeer(world: World, self: Pod, peer: Any, other: NaiveEnd): boolean {
  if (peer.ipBlock !== undefined) {
    const { cidr, except = [] } = peer.ipBlock;
    const holds = (ip: string): boolean => inCidr(ip, cidr) && !except.some((hole: string) => inCidr(ip, hole));
    if (!isPod(other)) return holds(other.ip);
    return world.blocksHoldPods && (other.status?.podIPs ?? []).some(({ ip }) => holds(ip));
  }
  if (!isPod(other) || (peer.podSelector === undefined && peer.namespaceSelector === undefined)) return false;
  const namespace = other.metadata.namespace ?? '';
  if (peer.namespaceSelector === undefined && namespace !== self.metadata.namespace) return false;
  if (peer.namespaceSelector !== undefined && !selects(peer.namespaceSelector, namespaceLabels(world, namespace)))
    return false;
  return peer.podSelector === undefined || selects(peer.podSelector, other.metadata.labels ?? {});
}

function npPort({ protocol = 'TCP', port, endPort }: Any, flow: NaiveFlow): boolean {
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
    .filter((o) =>
      which === 'admin'
        ? o.kind === 'AdminNetworkPolicy' || (o.kind === 'ClusterNetworkPolicy' && o.spec.tier === 'Admin')
        : o.kind === 'BaselineAdminNetworkPolicy' || (o.kind === 'ClusterNetworkPolicy' && o.spec.tier === 'Baseline'),
    )
    .toSorted((a, b) => (a.spec.priority ?? 0) - (b.spec.priority ?? 0));
  for (const policy of policies) {
    if (!adminPods(world, policy.spec.subject, self)) continue;
    for (const rule of (policy.spec[direction] ?? []) as Any[]) {
      const peers = rule[direction === 'ingress' ? 'from' : 'to'] as Any[];
      const ports = (rule.ports ?? rule.protocols ?? []) as Any[];
      if (!peers.some((peer) => adminPeer(world, peer, other))) continue;
      if (ports.length > 0 && !ports.some((port) => adminPort(port, flow))) continue;
      if (rule.action === 'Pass') return undefined;
      return rule.action === 'Deny' ? 'deny' : 'allow';
    }
  }
  return undefined;
}

function adminPods(world: World, choice: Any, pod: Pod): boolean {
  const labels = namespaceLabels(world, pod.metadata.namespace ?? '');
  if (choice.namespaces !== undefined) return selects(choice.namespaces, labels);
  return selects(choice.pods.namespaceSelector, labels) && selects(choice.pods.podSelector, pod.metadata.labels ?? {});
}

function adminPeer(world: World, peer: Any, other: NaiveEnd): boolean {
  if (peer.networks !== undefined) {
    const ips = isPod(other) ? (other.status?.podIPs ?? []).map(({ ip }) => ip) : [other.ip];
    return ips.some((ip) => peer.networks.some((cidr: string) => inCidr(ip, cidr)));
  }
  return isPod(other) && adminPods(world, peer, other);
}

function adminPort(entry: Any, flow: NaiveFlow): boolean {
  const { portNumber, portRange, namedPort, destinationNamedPort } = entry;
  if (portNumber !== undefined) return portNumber.protocol === flow.protocol && portNumber.port === flow.port;
  if (portRange !== undefined)
    return portRange.protocol === flow.protocol && portRange.start <= flow.port && flow.port <= portRange.end;
  const name = namedPort ?? destinationNamedPort;
  if (name !== undefined) return declares(flow, name, flow.protocol);
  const target = entry[flow.protocol.toLowerCase()];
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
