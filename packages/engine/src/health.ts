import { conditionOf, podState, type PodState } from '@kroot/graph';
import {
  formatRef,
  type EdgeView,
  type GraphView,
  type HealthCheck,
  type NodeStatus,
  type Relation,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';

/** The proof that a target is healthy, line by line: what was looked at, and what could not be. */
export function healthOf(snapshot: Snapshot, graph: GraphView, target: ResourceRef): readonly HealthCheck[] {
  const found = snapshot.lookup({ ...target, kind: 'Pod' as const });
  const own = target.kind === 'Pod' && found.state === 'present' ? podChecks(podState(snapshot, found.object)) : [];
  const edges = graph.dependencies(target);
  return [
    ...own,
    references(edges, 'config', ['secret', 'config-map'], 'Secrets and ConfigMaps'),
    references(edges, 'storage', ['claim', 'volume', 'storage-class'], 'claims and volumes'),
    nodeCheck(snapshot, edges),
    trafficCheck(graph, target),
    references(edges, 'policies', ['isolated-by'], 'NetworkPolicies select it'),
  ].filter((check) => check !== undefined);
}

function podChecks({ pod, stage, containers }: PodState): readonly HealthCheck[] {
  const restarts = containers.reduce((sum, { status }) => sum + (status?.restartCount ?? 0), 0);
  const ready = containers.filter((container) => container.stage === 'ready').length;
  const images = containers
    .map(({ status, container }) => status?.image ?? container.image ?? '')
    .filter((image) => image !== '');
  return [
    {
      name: 'pod',
      state: stage === 'ready' || stage === 'completed' ? 'ok' : 'unknown',
      text: `${pod.status?.phase ?? 'phase unknown'}, ${ready} of ${containers.length} containers ready, ${restarts} restarts`,
    },
    { name: 'image', state: 'ok', text: images.join(', ') },
  ];
}

const STATE_OF: Readonly<Record<NodeStatus, HealthCheck['state']>> = {
  present: 'ok',
  absent: 'failed',
  unknown: 'unknown',
};

function references(
  edges: readonly EdgeView[],
  name: string,
  relations: readonly Relation[],
  words: string,
): HealthCheck | undefined {
  const mine = edges.filter((edge) => relations.includes(edge.relation) && edge.optional !== true);
  if (mine.length === 0) return undefined;
  const worst = (['absent', 'unknown', 'present'] as const).find((status) =>
    mine.some((edge) => edge.status === status),
  );
  const state = STATE_OF[worst ?? 'unknown'];
  const names = [...new Set(mine.map(({ to }) => formatRef(to)))].join(', ');
  const verdict = { ok: 'present', failed: 'missing', unknown: 'not all collected', 'not-applicable': '' }[state];
  return {
    name,
    state: name === 'policies' ? 'not-applicable' : state,
    text: name === 'policies' ? `${words}: ${names}` : `${words} ${verdict}: ${names}`,
  };
}

function nodeCheck(snapshot: Snapshot, edges: readonly EdgeView[]): HealthCheck | undefined {
  const edge = edges.find(({ relation }) => relation === 'node');
  if (edge === undefined) return undefined;
  const node = snapshot.lookup({ ...edge.to, kind: 'Node' as const });
  if (node.state !== 'present') return { name: 'node', state: 'unknown', text: `${edge.to.name} was not collected` };
  const ready = conditionOf(node.object.status?.conditions, 'Ready')?.status === 'True';
  return { name: 'node', state: ready ? 'ok' : 'failed', text: `${edge.to.name} is ${ready ? 'Ready' : 'not Ready'}` };
}

function trafficCheck(graph: GraphView, target: ResourceRef): HealthCheck | undefined {
  const services = graph
    .dependents(target)
    .filter(({ relation }) => relation === 'selects' || relation === 'backed-by');
  if (services.length === 0) return undefined;
  return { name: 'traffic', state: 'ok', text: services.map(({ from }) => formatRef(from)).join(', ') };
}
