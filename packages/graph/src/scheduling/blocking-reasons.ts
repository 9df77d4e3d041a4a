import { compareStrings, type ResourceRef } from '@kroot/types';
import { type NodeReplay, type Rejection, type SchedulingReplay } from './rejection.ts';

/** One obstacle and the nodes where it stands. */
export interface BlockingReason {
  /** The obstacle as the first of the nodes shows it. */
  readonly rejection: Rejection;
  /** Nodes with this obstacle, in order of name; all nodes for what the pod itself brings. */
  readonly nodes: readonly ResourceRef[];
  /** On so many of the nodes nothing else is in the way. */
  readonly alone: number;
  /**
   * Whether removing it opens a node that the pod could otherwise use. The rest is background: obstacles on nodes that
   * the pod does not ask for, or where more is wrong than elsewhere, and the control plane's own taint.
   */
  readonly matters: boolean;
}

/**
 * Folds a replay into its obstacles, those that matter first. Nodes that fulfil what the pod asks for (selector,
 * affinity, volumes) decide, if there are any: then a cordon or taint on such a node matters, and that other nodes do
 * not match is by design. Of the nodes that decide, one with strictly more kinds of obstacles than another says nothing.
 */
export function blockingReasons(replay: SchedulingReplay): readonly BlockingReason[] {
  const every = replay.nodes.map(({ node }) => node);
  const reasons = replay.everywhere.map((rejection) => ({ rejection, nodes: every, alone: 0, matters: true }));
  const deciding = new Set(decidingNodes(replay.nodes));
  const obstacles = new Map<string, { rejection: Rejection; nodes: ResourceRef[]; alone: number; matters: boolean }>();
  for (const replayed of replay.nodes) {
    const { node, rejections } = replayed;
    const byKey = new Map(rejections.map((rejection) => [obstacleKey(rejection), rejection]));
    for (const [key, rejection] of byKey) {
      const known = obstacles.get(key) ?? { rejection, nodes: [], alone: 0, matters: false };
      known.nodes.push(node);
      if (byKey.size === 1) known.alone++;
      if (deciding.has(replayed)) known.matters = true;
      obstacles.set(key, known);
    }
  }
  const sorted = [...obstacles].toSorted(
    ([keyA, a], [keyB, b]) =>
      Number(b.matters) - Number(a.matters) ||
      b.nodes.length - a.nodes.length ||
      compareStrings(a.rejection.plugin, b.rejection.plugin) ||
      compareStrings(keyA, keyB),
  );
  return [...reasons, ...sorted.map(([, reason]) => reason)];
}

/** The nodes whose obstacles matter; none when a node has no obstacle at all. */
export function decidingNodes(nodes: readonly NodeReplay[]): readonly NodeReplay[] {
  if (nodes.some(({ rejections }) => rejections.length === 0)) return [];
  const asked = prefer(nodes, ({ rejections }) => !rejections.some((rejection) => isUnasked(rejection)));
  const workers = prefer(asked, ({ rejections }) => !rejections.some((rejection) => isControlPlaneTaint(rejection)));
  const kinds = new Map<string, ReadonlySet<string>>();
  for (const { rejections } of workers) {
    const set = kindsOf(rejections);
    kinds.set([...set].join('\n'), set);
  }
  const least = new Set(
    [...kinds].filter(([, set]) => ![...kinds.values()].some((other) => isWithin(other, set))).map(([key]) => key),
  );
  return workers.filter(({ rejections }) => least.has([...kindsOf(rejections)].join('\n')));
}

function prefer<T>(items: readonly T[], test: (item: T) => boolean): readonly T[] {
  const preferred = items.filter(test);
  return preferred.length > 0 ? preferred : items;
}

/** Whether `small` is a proper subset of `large`. */
function isWithin(small: ReadonlySet<string>, large: ReadonlySet<string>): boolean {
  return small.size < large.size && [...small].every((kind) => large.has(kind));
}

function kindsOf(rejections: readonly Rejection[]): ReadonlySet<string> {
  return new Set(rejections.map((rejection) => kindOf(rejection)).toSorted());
}

/** What sort of obstacle it is, coarse enough for there to be few: all taints are one kind. */
function kindOf(rejection: Rejection): string {
  if (rejection.plugin === 'NodeResourcesFit') return `${rejection.plugin}/${rejection.resource}`;
  return 'kind' in rejection ? `${rejection.plugin}/${rejection.kind}` : rejection.plugin;
}

const UNASKED: ReadonlySet<string> = new Set(['NodeName', 'NodeAffinity', 'VolumeZone']);

/** The node is not one that the pod asks for; nothing is wrong with it. */
function isUnasked(rejection: Rejection): boolean {
  if (rejection.plugin !== 'VolumeBinding') return UNASKED.has(rejection.plugin);
  return rejection.kind === 'node-affinity' || rejection.kind === 'other-node';
}

/** Whether a taint is the one that keeps workloads off control-plane nodes in every cluster. */
export function isControlPlaneTaint(rejection: Rejection): boolean {
  return (
    rejection.plugin === 'TaintToleration' &&
    (rejection.key === 'node-role.kubernetes.io/control-plane' || rejection.key === 'node-role.kubernetes.io/master')
  );
}

/**
 * Whether a controller or the kubelet sets the taint because something is wrong with the node, or because something on it has
 * not started yet.
 */
export function isConditionTaint(rejection: Rejection): boolean {
  return (
    rejection.plugin === 'TaintToleration' &&
    (rejection.key.startsWith('node.kubernetes.io/') ||
      rejection.key.startsWith('node.cloudprovider.kubernetes.io/') ||
      isStartupTaint(rejection.key))
  );
}

/**
 * Whether a taint keeps pods from a new node until an agent on it is ready, which then takes it away, by the names that such
 * taints have: node.cilium.io/agent-not-ready, ebs.csi.aws.com/agent-not-ready, karpenter.sh/unregistered.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md (startup taints)
 */
export function isStartupTaint(key: string): boolean {
  if (key.startsWith('startup-taint.cluster-autoscaler.kubernetes.io/')) return true;
  if (key.startsWith('node.kubernetes.io/') || key.startsWith('node.cloudprovider.kubernetes.io/')) return false;
  return /^[a-z0-9.-]{1,253}\/(?:[a-z-]{1,50}-)?(?:not-ready|unregistered|uninitialized)$/.test(key);
}

/** What tells obstacles of one plugin apart; amounts, holders and the node's own values do not. */
const DISTINCT: ReadonlySet<string> = new Set([
  'claim',
  'driver',
  'effect',
  'key',
  'kind',
  'plugin',
  'port',
  'protocol',
  'resource',
  'term',
  'topologyKey',
  'value',
  'volume',
  'wanted',
]);

/** Equal for the same obstacle on different nodes. */
export function obstacleKey(rejection: Rejection): string {
  const parts = Object.entries(rejection).filter(([name]) => DISTINCT.has(name));
  return JSON.stringify(parts.toSorted(([a], [b]) => compareStrings(a, b)));
}
