import { type KubernetesObject, type Node, type ObjectOf, type Pod, type Snapshot } from '@kroot/types';
import { parseQuantity } from '../quantity.ts';
import { nodesByName } from './context.ts';
import { isSame } from './occupancy.ts';
import { changedPod } from './changed-pod.ts';
import { type SchedulingChange } from './scheduling-change.ts';
import { mirrorsCordon } from './taints.ts';

/** A cluster in which a change has been made. */
export interface ChangedCluster {
  readonly snapshot: Snapshot;
  readonly pod: Pod;
  /** The node that should take the pod now. */
  readonly node: string;
}

/** The cluster after changes; undefined when one of them cannot be played through (a claim, a node that gets well). */
export function withChanges(
  snapshot: Snapshot,
  pod: Pod,
  { node: name, changes }: { readonly node: string; readonly changes: readonly SchedulingChange[] },
): ChangedCluster | undefined {
  const target = nodesByName(snapshot).get(name);
  const after = changedPod(pod, changes);
  if (target === undefined || after === undefined || !changes.every((change) => isPlayable(change))) return undefined;
  const isNew = changes.some(({ kind }) => kind === 'add-node');
  const changed = changes.reduce((made, change) => changedNode(made, change), isNew ? emptyTwin(target) : target);
  const nodes = snapshot.list('Node').filter((node) => isNew || node !== target);
  const gone = new Set(changes.flatMap((change) => (change.kind === 'free-port' ? [refKeyOf(change.heldBy)] : [])));
  const pods = snapshot.list('Pod').filter((other) => !isSame(other, pod) && !gone.has(refKeyOf(other.metadata)));
  return {
    snapshot: overlay(
      snapshot,
      new Map<string, readonly KubernetesObject[]>([
        ['Node', [...nodes, changed]],
        ['Pod', [...pods, after]],
      ]),
    ),
    pod: after,
    node: changed.metadata.name,
  };
}

function refKeyOf({ namespace = '', name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** What a change of the pod, the node or what is on the node is; the others depend on what is not in the snapshot. */
const PLAYABLE: ReadonlySet<SchedulingChange['kind']> = new Set([
  'uncordon',
  'drop-node-name',
  'add-toleration',
  'add-label',
  'remove-label',
  'free-port',
  'reduce-request',
  'free-resource',
  'relax-spread',
  'remove-taint',
  'drop-selector',
  'drop-affinity',
  'prefer-anti-affinity',
  'add-node',
]);

function isPlayable({ kind }: SchedulingChange): boolean {
  return PLAYABLE.has(kind);
}

const HOSTNAME = 'kubernetes.io/hostname';

/** A node of the same kind with another name and nothing on it. */
function emptyTwin({ metadata, ...rest }: Node): Node {
  const name = `${metadata.name}-twin`;
  return { ...rest, metadata: { ...metadata, name, labels: { ...metadata.labels, [HOSTNAME]: name } } };
}

function changedNode(node: Node, change: SchedulingChange): Node {
  if (change.kind === 'uncordon') return uncordoned(node);
  if (change.kind === 'add-label') return withLabels(node, { ...node.metadata.labels, [change.key]: change.value });
  if (change.kind === 'free-resource') return withMore(node, change.resource, change.by);
  if (change.kind === 'remove-label') {
    const kept = Object.entries(node.metadata.labels ?? {}).filter(([key]) => key !== change.key);
    return withLabels(node, Object.fromEntries(kept));
  }
  if (change.kind !== 'remove-taint') return node;
  const taints = (node.spec?.taints ?? []).filter(({ key, effect }) => key !== change.key || effect !== change.effect);
  return { ...node, spec: { ...node.spec, taints } };
}

/** The taint that mirrors a cordon goes with it. */
function uncordoned(node: Node): Node {
  const taints = (node.spec?.taints ?? []).filter((taint) => !mirrorsCordon(taint, node));
  return { ...node, spec: { ...node.spec, unschedulable: false, taints } };
}

function withLabels(node: Node, labels: Readonly<Record<string, string>>): Node {
  return { ...node, metadata: { ...node.metadata, labels } };
}

/** What is freed is played as what the node has more. */
function withMore(node: Node, resource: string, milli: bigint): Node {
  const allocatable = { ...node.status?.allocatable };
  const whole = Object.hasOwn(allocatable, resource) ? allocatable[resource] : undefined;
  const amount = (whole === undefined ? 0n : (parseQuantity(whole) ?? 0n)) + milli;
  return { ...node, status: { ...node.status, allocatable: { ...allocatable, [resource]: `${amount}m` } } };
}

/** The same snapshot with other objects of some kinds. */
function overlay(snapshot: Snapshot, replaced: ReadonlyMap<string, readonly KubernetesObject[]>): Snapshot {
  return {
    now: snapshot.now,
    source: snapshot.source,
    coverage: snapshot.coverage,
    notices: snapshot.notices,
    size: snapshot.size,
    kinds: () => snapshot.kinds(),
    list: <K extends string>(kind: K, namespace?: string): readonly ObjectOf<K>[] => {
      const objects = replaced.get(kind);
      if (objects === undefined) return snapshot.list(kind, namespace);
      const found =
        namespace === undefined ? objects : objects.filter(({ metadata }) => metadata.namespace === namespace);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lists of a kind hold objects of that kind
      return found as unknown as readonly ObjectOf<K>[];
    },
    lookup: (target) => snapshot.lookup(target),
    byUid: (uid) => snapshot.byUid(uid),
  };
}
