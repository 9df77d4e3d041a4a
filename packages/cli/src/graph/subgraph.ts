import { presentObject } from '@kroot/graph';
import {
  refKey,
  sameRef,
  type EdgeView,
  type ReplicaSet,
  type Relation,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { type GraphFlags } from './graph-flags.ts';
import { type GraphInput } from './graph-input.ts';
import { type ObjectHealth } from './object-health.ts';

/** A part of the dependency graph. */
export interface Subgraph {
  /** In the order in which they were reached. */
  readonly nodes: readonly ResourceRef[];
  readonly edges: readonly EdgeView[];
  /** Whether there is more beyond the depth or the limit. */
  readonly cut: boolean;
}

/** What to take into it. */
export interface Reach {
  readonly side: GraphFlags['side'];
  readonly depth: number;
  readonly allRelations: boolean;
}

/** More objects than this are no view of anything. */
const MAX_NODES = 3000;

/** What only repeats another relation, or says who may do what. */
const NOISE: ReadonlySet<Relation> = new Set<Relation>(['endpoint-slice', 'endpoint', 'role', 'binding']);

/** What every pod has: told where its end is broken, of the object that was asked about, or on demand. */
const QUIET: ReadonlySet<Relation> = new Set<Relation>([
  'resolves-with',
  'isolated-by',
  'service-account',
  'priority-class',
  'runtime-class',
  'gated-by',
  'node-agent',
  'csi-driver',
  'metrics-api',
]);

/** The same as objects. */
const NOISE_KINDS: ReadonlySet<string> = new Set(['EndpointSlice', 'Endpoints', 'ControllerRevision', 'Lease']);

/** Put into every namespace by the cluster itself, and mounted by every pod. */
const EVERYWHERE: ReadonlySet<string> = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt']);

type Health = (target: ResourceRef) => ObjectHealth;

/** The part of the graph around an object: what it needs and what needs it, each as far as the depth says. */
export function around(input: GraphInput, target: ResourceRef, health: Health, reach: Reach): Subgraph {
  const found: Found = { nodes: new Map([[refKey(target), target]]), edges: new Map(), cut: false };
  for (const way of ['needs', 'needed-by'] as const)
    if (reach.side === 'both' || reach.side === way) walk(input, target, { way, health, reach }, found);
  return { nodes: [...found.nodes.values()], edges: [...found.edges.values()], cut: found.cut };
}

interface Found {
  readonly nodes: Map<string, ResourceRef>;
  readonly edges: Map<string, EdgeView>;
  cut: boolean;
}

interface Walk {
  readonly way: 'needs' | 'needed-by';
  readonly health: Health;
  readonly reach: Reach;
}

/** One way, step by step. */
function walk({ graph, snapshot }: GraphInput, target: ResourceRef, { health, reach, way }: Walk, found: Found): void {
  const seen = new Set([refKey(target)]);
  let level: readonly ResourceRef[] = [target];
  for (let step = 0; level.length > 0; step++) {
    const isOwn = step === 0 && way === 'needed-by';
    const edges = level
      .flatMap((from) => (way === 'needs' ? graph.dependencies(from) : graph.dependents(from)))
      .filter((edge) => isTold(edge, health, reach.allRelations, isOwn))
      .filter(({ from, to }) => [from, to].every((end) => sameRef(end, target) || !isIdle(snapshot, end)))
      .filter(
        ({ from, to }) =>
          reach.allRelations || [from, to].every((end) => sameRef(end, target) || !NOISE_KINDS.has(end.kind)),
      );
    const next: ResourceRef[] = [];
    for (const edge of edges) {
      const end = way === 'needs' ? edge.to : edge.from;
      const isNew = !seen.has(refKey(end));
      if (step >= reach.depth || found.nodes.size >= MAX_NODES) {
        found.cut ||= isNew;
        continue;
      }
      found.edges.set(edgeKey(edge), edge);
      if (!isNew) continue;
      seen.add(refKey(end));
      found.nodes.set(refKey(end), end);
      next.push(end);
    }
    level = next;
  }
}

/** What is unhealthy: everything that the diagnoses name, and how it hangs together. */
export function unhealthy({ graph, report }: GraphInput, health: Health, { allRelations }: Reach): Subgraph {
  const found = new Map<string, ResourceRef>();
  const add = (target: ResourceRef | undefined): void => {
    if (target !== undefined && found.size < MAX_NODES && graph.nodeOf(target) !== undefined)
      found.set(refKey(target), target);
  };
  const told = report.diagnoses.filter(({ severity }) => severity !== 'info');
  for (const { impact, rootCause, symptoms, traces } of told) {
    add(rootCause);
    for (const { chain } of traces) for (const each of chain) add(each);
    for (const { resource } of symptoms) add(resource);
    const { daemonSets, deployments, ingresses, jobs, pods, services, statefulSets } = impact;
    for (const each of [pods, deployments, statefulSets, daemonSets, jobs, services, ingresses].flat()) add(each);
  }
  for (const { resource } of report.unexplained) add(resource);
  const nodes = [...found.values()];
  const edges = nodes.flatMap((from) =>
    graph.dependencies(from).filter((edge) => found.has(refKey(edge.to)) && isTold(edge, health, allRelations)),
  );
  return { nodes, edges, cut: found.size >= MAX_NODES };
}

function isTold({ relation, to }: EdgeView, health: Health, allRelations: boolean, isOwn = false): boolean {
  if (allRelations) return true;
  if (NOISE.has(relation)) return false;
  if (isOwn || (!QUIET.has(relation) && !EVERYWHERE.has(to.name))) return true;
  const { tone } = health(to);
  return tone === 'cause' || tone === 'bad';
}

/** Old ReplicaSets are kept for rollbacks, and say nothing. */
function isIdle(snapshot: Snapshot, target: ResourceRef): boolean {
  if (target.kind !== 'ReplicaSet') return false;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- by its kind
  const object = presentObject(snapshot, target) as ReplicaSet | undefined;
  return object?.spec.replicas === 0 && (object.status?.replicas ?? 0) === 0;
}

function edgeKey({ from, key, path, relation, to }: EdgeView): string {
  return [refKey(from), relation, refKey(to), path ?? '', key ?? ''].join('\n');
}
