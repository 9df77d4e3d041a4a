import { buildGraph, podsOf, refOf } from '@kroot/graph';
import {
  compareRefs,
  refKey,
  type EdgeView,
  type GraphView,
  type NodeStatus,
  type Relation,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';

/**
 * `stops`: it cannot do without; programs that run already go on until they start again. `degrades`: it loses a part and goes
 * on. `may-suffer`: the tie is inferred, or matters only in some states.
 */
export type BlastEffect = 'stops' | 'degrades' | 'may-suffer';

/** One object that feels it when another one is gone. */
export interface BlastHit {
  readonly resource: ResourceRef;
  readonly effect: BlastEffect;
  /** What it loses first, and how it depends on that. */
  readonly through: ResourceRef;
  readonly relation: Relation;
  /** Where it has several of a kind: how many of them are gone. */
  readonly lost?: { readonly count: number; readonly of: number };
  /** Edges between it and the object that was asked about. */
  readonly distance: number;
}

/** What would feel it if an object were gone or did not work, by the dependency graph alone. */
export interface BlastRadius {
  readonly target: ResourceRef;
  readonly status: NodeStatus;
  /** Worst effect first, then by reference. */
  readonly hits: readonly BlastHit[];
}

const EFFECTS: readonly BlastEffect[] = ['stops', 'degrades', 'may-suffer'];

/** What the dependent feels of a dependency that is gone; relations that are not here hurt nobody. */
const EFFECT_OF: ReadonlyMap<Relation, BlastEffect> = new Map<Relation, BlastEffect>([
  ['secret', 'stops'],
  ['config-map', 'stops'],
  ['pull-secret', 'stops'],
  ['service-account', 'stops'],
  ['claim', 'stops'],
  ['volume', 'stops'],
  ['node', 'stops'],
  ['priority-class', 'stops'],
  ['runtime-class', 'stops'],
  ['served-by', 'stops'],
  ['ingress-class', 'stops'],
  ['tls-secret', 'degrades'],
  ['governing-service', 'degrades'],
  ['metrics-api', 'degrades'],
  ['node-agent', 'degrades'],
  // Bound claims need no class, and quotas and webhooks gate only what is made anew.
  ['storage-class', 'may-suffer'],
  ['csi-driver', 'may-suffer'],
  ['attachment', 'may-suffer'],
  ['gated-by', 'may-suffer'],
  ['talks-to', 'may-suffer'],
  ['isolated-by', 'may-suffer'],
  ['resolves-with', 'may-suffer'],
]);

/** Relations to several of a kind, any of which will do. */
const SHARED: ReadonlySet<Relation> = new Set(['selects', 'routes-to', 'endpoint-slice', 'backed-by']);

/** What goes with its owner. */
const RUNS: ReadonlySet<string> = new Set(['Pod', 'ReplicaSet', 'ReplicationController', 'Job', 'StatefulSet']);

/**
 * Follows the graph from an object, present or not, to all that would feel its loss. Linear in the edges that it passes. A
 * Service stops only when all of its pods do, and a workload likewise; what merely degrades passes nothing on.
 */
export function blastRadius(snapshot: Snapshot, target: ResourceRef): BlastRadius {
  const graph = buildGraph(snapshot);
  return { target, status: graph.status(target), hits: new Spread(snapshot, graph).from(target) };
}

/** The objects that go with an object: what it owns and runs; everything in a namespace. */
export function goesWith(snapshot: Snapshot, graph: GraphView, target: ResourceRef): readonly ResourceRef[] {
  if (target.kind === 'Namespace' && target.group === '') {
    return snapshot
      .kinds()
      .filter((kind) => kind !== 'Event')
      .flatMap((kind) => snapshot.list(kind, target.name).map((object) => refOf(object)));
  }
  const found: ResourceRef[] = [];
  const todo = [target];
  const seen = new Set([refKey(target)]);
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    for (const { to, relation, status } of graph.dependencies(next)) {
      if (relation !== 'owns' || status !== 'present' || !RUNS.has(to.kind) || seen.has(refKey(to))) continue;
      seen.add(refKey(to));
      found.push(to);
      todo.push(to);
    }
  }
  return found;
}

class Spread {
  private readonly snapshot: Snapshot;
  private readonly graph: GraphView;
  private readonly hits = new Map<string, BlastHit>();
  private readonly shares = new Map<string, { readonly lost: Set<string>; readonly of: number }>();
  private readonly todo: { readonly ref: ResourceRef; readonly distance: number }[] = [];

  constructor(snapshot: Snapshot, graph: GraphView) {
    this.snapshot = snapshot;
    this.graph = graph;
  }

  from(target: ResourceRef): readonly BlastHit[] {
    this.todo.push({ ref: target, distance: 0 });
    for (const resource of goesWith(this.snapshot, this.graph, target))
      this.hit({ resource, effect: 'stops', through: target, relation: 'owns', distance: 1 });
    // Grows while it is walked: nearest first.
    for (const { ref, distance } of this.todo) {
      for (const edge of this.graph.dependents(ref)) this.follow(edge, distance + 1);
    }
    this.hits.delete(refKey(target));
    return [...this.hits.values()].toSorted(
      (a, b) => EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect) || compareRefs(a.resource, b.resource),
    );
  }

  private follow({ from: resource, to: through, relation, optional }: EdgeView, distance: number): void {
    if (optional === true || this.snapshot.lookup(resource).state !== 'present') return;
    if (relation === 'owns') {
      if (through.kind === 'Pod' || this.hasNoPods(through)) this.losePod(resource, through, distance);
      return;
    }
    if (SHARED.has(relation)) {
      this.loseShare(resource, through, relation, distance);
      return;
    }
    const effect = relation.startsWith('custom:') ? 'may-suffer' : EFFECT_OF.get(relation);
    if (effect !== undefined) this.hit({ resource, effect, through, relation, distance });
  }

  /** All owners of a pod, up to the workload, are as well off as their pods. */
  private losePod(owner: ResourceRef, pod: ResourceRef, distance: number): void {
    const lost = this.lose(owner, 'owns', pod, () => podsOf(this.snapshot, owner).length);
    this.hit({
      resource: owner,
      effect: lost.count >= lost.of ? 'stops' : 'degrades',
      through: pod,
      relation: 'owns',
      lost,
      distance,
    });
    for (const { from, relation } of this.graph.dependents(owner))
      if (relation === 'owns' && this.snapshot.lookup(from).state === 'present') this.losePod(from, pod, distance + 1);
  }

  private hasNoPods(owner: ResourceRef): boolean {
    return podsOf(this.snapshot, owner).length === 0;
  }

  private loseShare(resource: ResourceRef, through: ResourceRef, relation: Relation, distance: number): void {
    const edges = this.graph.dependencies(resource);
    // Where there are pods, they decide; a template stands for them only while there are none.
    if (relation !== 'selects' && relation !== 'routes-to' && edges.some((edge) => edge.relation === 'selects')) return;
    const lost = this.lose(
      resource,
      relation,
      through,
      () => new Set(edges.filter((edge) => edge.relation === relation).map(({ to }) => refKey(to))).size,
    );
    const effect = lost.count >= lost.of ? 'stops' : 'degrades';
    this.hit({ resource, effect, through, relation, lost, distance });
  }

  private lose(
    resource: ResourceRef,
    relation: Relation,
    through: ResourceRef,
    total: () => number,
  ): NonNullable<BlastHit['lost']> {
    const key = `${relation} ${refKey(resource)}`;
    const share = this.shares.get(key) ?? { lost: new Set(), of: total() };
    share.lost.add(refKey(through));
    this.shares.set(key, share);
    return { count: share.lost.size, of: share.of };
  }

  /** Keeps the worst effect, told as it was first met; the newest count. */
  private hit(hit: BlastHit): void {
    const key = refKey(hit.resource);
    const known = this.hits.get(key);
    const isWorse = known === undefined || EFFECTS.indexOf(hit.effect) < EFFECTS.indexOf(known.effect);
    if (isWorse) this.hits.set(key, hit);
    else if (hit.lost !== undefined && known.relation === hit.relation && known.lost !== undefined)
      this.hits.set(key, { ...known, lost: hit.lost });
    if (isWorse && hit.effect === 'stops') this.todo.push({ ref: hit.resource, distance: hit.distance });
  }
}
