import { controllerOf, presentObject, relationInfo, topOwner } from '@kroot/graph';
import { kindKey, refKey, type EdgeView, type ResourceRef, type Snapshot } from '@kroot/types';
import { type ObjectHealth } from './object-health.ts';
import { type Subgraph } from './subgraph.ts';

/** One object, or several that have one owner and stand alike. */
export interface FoldedNode {
  readonly members: readonly ResourceRef[];
  readonly health: ObjectHealth;
  /** The workload that several belong to. */
  readonly owner?: ResourceRef;
}

/** How one depends on the other, given by their positions. */
interface FoldedEdge {
  readonly from: number;
  readonly to: number;
  /** In words, such as `owns` or `uses`, in the order of the table of relations. */
  readonly verbs: readonly string[];
  /** Kubernetes goes on without it. */
  readonly optional: boolean;
}

/** A part of the graph with replicas folded. */
export interface FoldedGraph {
  readonly nodes: readonly FoldedNode[];
  readonly edges: readonly FoldedEdge[];
}

/** Folds what one controller owns and what stands alike into one node; the object that was asked about stays by itself. */
export function fold(
  { edges, nodes }: Subgraph,
  snapshot: Snapshot,
  health: (target: ResourceRef) => ObjectHealth,
  target: ResourceRef | undefined,
): FoldedGraph {
  const groups = new Map<string, ResourceRef[]>();
  for (const node of nodes) {
    const key = groupKey(node, snapshot, health(node), target);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  const at = new Map([...groups.values()].flatMap((members, index) => members.map((node) => [refKey(node), index])));
  return {
    nodes: [...groups.values()].map((members) => foldedNode(members, snapshot, health)),
    edges: foldedEdges(edges, at),
  };
}

function groupKey(
  node: ResourceRef,
  snapshot: Snapshot,
  { tone, words }: ObjectHealth,
  target: ResourceRef | undefined,
): string {
  const object = presentObject(snapshot, node);
  const owner = object === undefined ? undefined : controllerOf(object);
  if (owner === undefined || owner.kind === 'Node' || (target !== undefined && refKey(node) === refKey(target)))
    return refKey(node);
  return ['', node.group, node.kind, refKey(owner), tone, words].join('\n');
}

function foldedNode(
  members: readonly ResourceRef[],
  snapshot: Snapshot,
  health: (target: ResourceRef) => ObjectHealth,
): FoldedNode {
  const [first] = members;
  if (first === undefined) return { members, health: { words: '', tone: 'plain' } };
  const object = members.length > 1 ? presentObject(snapshot, first) : undefined;
  return { members, health: health(first), ...(object !== undefined && { owner: topOwner(snapshot, object) }) };
}

function foldedEdges(edges: readonly EdgeView[], at: ReadonlyMap<string, number>): readonly FoldedEdge[] {
  const found = new Map<string, { from: number; to: number; verbs: Set<string>; optional: boolean }>();
  for (const { from, optional = false, relation, to } of edges) {
    const [start, end] = [at.get(refKey(from)), at.get(refKey(to))];
    if (start === undefined || end === undefined || start === end) continue;
    const key = `${start} ${end}`;
    const edge = found.get(key) ?? { from: start, to: end, verbs: new Set<string>(), optional: true };
    edge.verbs.add(relationInfo(relation).verb);
    edge.optional &&= optional;
    found.set(key, edge);
  }
  return [...found.values()].map((edge) => ({ ...edge, verbs: [...edge.verbs] }));
}

/** What a node is called: `Pod/prod/api-0`, or `3 pods of Deployment/prod/api`. */
export function nodeName({ members, owner }: FoldedNode, nameOf: (target: ResourceRef) => string): string {
  const [first] = members;
  if (first === undefined) return '';
  if (members.length === 1) return nameOf(first);
  const kind = first.kind === 'Pod' ? 'pods' : `${kindKey(first.group, first.kind)}s`;
  return `${members.length} ${kind}${owner === undefined ? '' : ` of ${nameOf(owner)}`}`;
}
