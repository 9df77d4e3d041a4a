import { podState, serviceEndpoints, topOwner } from '@kroot/graph';
import {
  compareRefs,
  refKey,
  type GraphView,
  type Impact,
  type Pod,
  type ResourceRef,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { type FindingNode } from './run-analyzers.ts';

const SEVERITY_WEIGHT: Readonly<Record<Severity, number>> = { critical: 3, warning: 2, info: 1 };

/** Marks an object, its workload or its namespace as worth more (or less) than others; a positive number. */
export const WEIGHT_ANNOTATION = 'kroot.dev/weight';

type Sorted = Omit<Impact, 'score'>;

/**
 * What a root takes down: the objects whose symptoms it explains, the workloads of those pods, the Services that are left
 * without endpoints and the Ingresses that route to them.
 */
export function impactOf(
  context: { readonly snapshot: Snapshot; readonly graph: GraphView },
  root: FindingNode,
  members: readonly FindingNode[],
  judged: { readonly severity: Severity; readonly confidence: number },
): Impact {
  const { snapshot, graph } = context;
  const hit = new Map<string, ResourceRef>();
  const add = (ref: ResourceRef): void => void hit.set(refKey(ref), ref);
  for (const { finding } of members) {
    if (finding.subject !== root.finding.subject) add(finding.subject);
    for (const ref of finding === root.finding ? (finding.affects ?? []) : []) add(ref);
  }
  const rootKind = root.finding.subject.kind;
  if (rootKind === 'Service' || rootKind === 'Ingress' || rootKind === 'Pod') add(root.finding.subject);
  for (const ref of [...hit.values()]) if (ref.kind === 'Pod') addOwners(snapshot, ref, add);
  for (const ref of [...hit.values()]) if (ref.kind === 'Pod') addServices({ snapshot, graph }, ref, { hit, add });
  for (const ref of [...hit.values()]) {
    if (ref.kind !== 'Service') continue;
    for (const edge of graph.dependents(ref)) if (edge.relation === 'routes-to') add(edge.from);
  }
  const sorted = sortByKind([...hit.values()].toSorted(compareRefs), root.finding.subject);
  return { score: score(sorted, judged, weightOf(snapshot, [root.finding.subject, ...hit.values()])), ...sorted };
}

function addOwners(snapshot: Snapshot, ref: ResourceRef, add: (ref: ResourceRef) => void): void {
  const found = snapshot.lookup(ref);
  if (found.state === 'present') add(topOwner(snapshot, found.object));
}

/** A Service is hit when none of its pods is ready; one that has others still works. */
function addServices(
  { snapshot, graph }: { readonly snapshot: Snapshot; readonly graph: GraphView },
  pod: ResourceRef,
  { hit, add }: { readonly hit: ReadonlyMap<string, ResourceRef>; readonly add: (ref: ResourceRef) => void },
): void {
  for (const edge of graph.dependents(pod)) {
    if (edge.relation !== 'selects' || hit.has(refKey(edge.from))) continue;
    const service = snapshot.lookup({ ...edge.from, kind: 'Service' as const });
    if (service.state !== 'present') continue;
    const endpoints = serviceEndpoints(snapshot, service.object);
    if (endpoints.source === 'unknown' || endpoints.ready.length > 0) continue;
    if (!endpoints.selected.some((selected: Pod) => podState(snapshot, selected).stage === 'ready')) add(edge.from);
  }
}

function sortByKind(refs: readonly ResourceRef[], root: ResourceRef): Sorted {
  const of = (...kinds: readonly string[]): readonly ResourceRef[] => refs.filter(({ kind }) => kinds.includes(kind));
  const listed = ['Pod', 'Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Ingress', 'ReplicaSet'];
  return {
    pods: of('Pod'),
    services: of('Service'),
    deployments: of('Deployment'),
    statefulSets: of('StatefulSet'),
    daemonSets: of('DaemonSet'),
    jobs: of('Job', 'CronJob'),
    ingresses: of('Ingress'),
    others: refs.filter((ref) => !listed.includes(ref.kind) && refKey(ref) !== refKey(root)),
  };
}

function score(
  { pods, services, deployments, statefulSets, daemonSets, jobs, ingresses }: Sorted,
  { severity, confidence }: { readonly severity: Severity; readonly confidence: number },
  weight: number,
): number {
  const hit =
    1 +
    pods.length +
    4 * services.length +
    3 * (deployments.length + statefulSets.length + daemonSets.length) +
    2 * jobs.length +
    2.5 * ingresses.length;
  return Math.round(SEVERITY_WEIGHT[severity] * confidence * hit * weight * 100) / 100;
}

function weightOf(snapshot: Snapshot, refs: readonly ResourceRef[]): number {
  const weights = refs.flatMap((ref) => {
    const own = weightAnnotation(snapshot, ref);
    if (own !== undefined) return [own];
    const inherited =
      ref.namespace === undefined
        ? undefined
        : weightAnnotation(snapshot, { group: '', kind: 'Namespace', name: ref.namespace });
    return inherited === undefined ? [] : [inherited];
  });
  return weights.length === 0 ? 1 : Math.max(...weights);
}

function weightAnnotation(snapshot: Snapshot, ref: ResourceRef): number | undefined {
  const found = snapshot.lookup(ref);
  if (found.state !== 'present') return undefined;
  const { annotations } = found.object.metadata;
  if (annotations === undefined || !Object.hasOwn(annotations, WEIGHT_ANNOTATION)) return undefined;
  const weight = Number(annotations[WEIGHT_ANNOTATION]);
  return Number.isFinite(weight) && weight > 0 ? weight : undefined;
}
