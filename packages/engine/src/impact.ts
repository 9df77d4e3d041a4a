import { podState, serviceEndpoints, topOwner } from '@kroot/graph';
import {
  compareRefs,
  refKey,
  type AnalyzerContext,
  type GraphView,
  type Impact,
  type ResourceRef,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { type WeightOf } from './business-weight.ts';
import { type FindingNode } from './run-analyzers.ts';

const SEVERITY_WEIGHT: Readonly<Record<Severity, number>> = { critical: 3, warning: 2, info: 1 };

/** What the user says on how fixes are to be ranked. */
export interface Ranking {
  readonly weightOf: WeightOf;
  /** By what the impact is multiplied when the first repair changes or destroys something. */
  readonly risk: { readonly change?: number | undefined; readonly destructive?: number | undefined };
}

type Sorted = Omit<Impact, 'score' | 'weight' | 'risk'>;

/**
 * What a root takes down: the objects whose symptoms it explains, the workloads of those pods, the Services that are left
 * without endpoints and the Ingresses that route to them.
 */
export function impactOf(
  context: Pick<AnalyzerContext, 'snapshot' | 'graph'>,
  root: FindingNode,
  members: readonly FindingNode[],
  judged: { readonly severity: Severity; readonly ranking: Ranking },
): Impact {
  const { snapshot } = context;
  const hit = new Map<string, ResourceRef>();
  for (const ref of ownHits(root, members)) hit.set(refKey(ref), ref);
  for (const ref of ownersOf(snapshot, pick(hit, 'Pod'))) hit.set(refKey(ref), ref);
  for (const ref of emptyServices(context, pick(hit, 'Pod'))) hit.set(refKey(ref), ref);
  for (const ref of routesTo(context.graph, pick(hit, 'Service'))) hit.set(refKey(ref), ref);
  const refs = [...hit.values()].toSorted(compareRefs);
  const sorted = sortByKind(refs, root.finding.subject);
  const { severity, ranking } = judged;
  const weight = ranking.weightOf(refs, root.finding.subject);
  const risk = riskOf(root, ranking);
  const factor = (weight?.value ?? 1) * (risk?.factor ?? 1);
  return {
    score: score(sorted, { severity, confidence: root.finding.confidence }, factor),
    ...(weight === undefined ? {} : { weight }),
    ...(risk === undefined ? {} : { risk }),
    ...sorted,
  };
}

function riskOf({ finding }: FindingNode, { risk }: Ranking): Impact['risk'] {
  const effect = finding.fixes[0]?.effect;
  const factor = effect === undefined || effect === 'none' ? undefined : risk[effect];
  return effect === undefined || effect === 'none' || factor === undefined ? undefined : { effect, factor };
}

function pick(hit: ReadonlyMap<string, ResourceRef>, kind: string): readonly ResourceRef[] {
  return [...hit.values()].filter((ref) => ref.kind === kind);
}

/** Kinds that are no mere cause: when they are wrong themselves, they are hit themselves. */
const HIT_ITSELF: ReadonlySet<string> = new Set(['Service', 'Ingress', 'Pod']);

function ownHits(root: FindingNode, members: readonly FindingNode[]): readonly ResourceRef[] {
  const { subject, affects = [] } = root.finding;
  const symptoms = members.filter((member) => member !== root).map(({ finding }) => finding.subject);
  return [...symptoms, ...affects, ...(HIT_ITSELF.has(subject.kind) ? [subject] : [])];
}

function ownersOf(snapshot: Snapshot, pods: readonly ResourceRef[]): readonly ResourceRef[] {
  return pods.flatMap((ref) => {
    const found = snapshot.lookup(ref);
    return found.state === 'present' ? [topOwner(snapshot, found.object)] : [];
  });
}

/** A Service is hit when none of its pods is ready; one that has others still works. */
function emptyServices(
  { snapshot, graph }: Pick<AnalyzerContext, 'snapshot' | 'graph'>,
  pods: readonly ResourceRef[],
): readonly ResourceRef[] {
  const seen = new Set<string>();
  return pods
    .flatMap((pod) => graph.dependents(pod))
    .filter(({ relation, from }) => {
      if (relation !== 'selects' || seen.has(refKey(from))) return false;
      seen.add(refKey(from));
      return isEmpty(snapshot, from);
    })
    .map(({ from }) => from);
}

function isEmpty(snapshot: Snapshot, ref: ResourceRef): boolean {
  const service = snapshot.lookup({ ...ref, kind: 'Service' as const });
  if (service.state !== 'present') return false;
  const { source, ready, selected } = serviceEndpoints(snapshot, service.object);
  return (
    source !== 'unknown' && ready.length === 0 && !selected.some((pod) => podState(snapshot, pod).stage === 'ready')
  );
}

function routesTo(graph: GraphView, services: readonly ResourceRef[]): readonly ResourceRef[] {
  return services
    .flatMap((service) => graph.dependents(service))
    .filter(({ relation }) => relation === 'routes-to')
    .map(({ from }) => from);
}

function sortByKind(refs: readonly ResourceRef[], root: ResourceRef): Sorted {
  const of = (...kinds: readonly string[]): readonly ResourceRef[] => refs.filter(({ kind }) => kinds.includes(kind));
  const listed = new Set([
    'Pod',
    'Service',
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'Job',
    'CronJob',
    'Ingress',
    'ReplicaSet',
  ]);
  return {
    pods: of('Pod'),
    services: of('Service'),
    deployments: of('Deployment'),
    statefulSets: of('StatefulSet'),
    daemonSets: of('DaemonSet'),
    jobs: of('Job', 'CronJob'),
    ingresses: of('Ingress'),
    others: refs.filter((ref) => !listed.has(ref.kind) && refKey(ref) !== refKey(root)),
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
