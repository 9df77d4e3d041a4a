import { conditionOf, podsOf, podState, serviceEndpoints, type PodState } from '@kroot/graph';
import {
  formatRef,
  type EdgeView,
  type GraphView,
  type HealthCheck,
  type NodeStatus,
  type Relation,
  type ResourceRef,
  type Service,
  type Snapshot,
} from '@kroot/types';

/** The proof that a target is healthy, line by line: what was looked at, and what could not be. */
export function healthOf(snapshot: Snapshot, graph: GraphView, target: ResourceRef): readonly HealthCheck[] {
  const edges = graph.dependencies(target);
  return [
    ...ownChecks(snapshot, target),
    references(edges, 'config', ['secret', 'config-map'], 'Secrets and ConfigMaps'),
    references(edges, 'storage', ['claim', 'volume', 'storage-class'], 'claims and volumes'),
    nodeCheck(snapshot, edges.find(({ relation }) => relation === 'node')?.to),
    trafficCheck(graph, target),
    references(edges, 'policies', ['isolated-by'], 'NetworkPolicies select it'),
  ].filter((check) => check !== undefined);
}

function ownChecks(snapshot: Snapshot, target: ResourceRef): readonly (HealthCheck | undefined)[] {
  const found = snapshot.lookup(target);
  if (found.state !== 'present') return [];
  if (target.kind === 'Node') return [nodeCheck(snapshot, target)];
  const pod = snapshot.lookup({ ...target, kind: 'Pod' as const });
  if (target.kind === 'Pod' && pod.state === 'present') return podChecks(podState(snapshot, pod.object));
  const service = snapshot.lookup({ ...target, kind: 'Service' as const });
  if (target.kind === 'Service' && service.state === 'present') return [endpointsCheck(snapshot, service.object)];
  return [podsCheck(snapshot, target)];
}

function endpointsCheck(snapshot: Snapshot, service: Service): HealthCheck {
  const { source, ready, notReady, managed } = serviceEndpoints(snapshot, service);
  if (!managed) return { name: 'endpoints', state: 'not-applicable', text: 'has no selector of its own' };
  if (source === 'unknown')
    return { name: 'endpoints', state: 'unknown', text: 'neither its endpoints nor all pods were collected' };
  const unready = notReady.length === 0 ? '' : `, ${notReady.length} not ready`;
  return { name: 'endpoints', state: ready.length > 0 ? 'ok' : 'unknown', text: `${ready.length} ready${unready}` };
}

function podsCheck(snapshot: Snapshot, target: ResourceRef): HealthCheck | undefined {
  const stages = podsOf(snapshot, target).map((pod) => podState(snapshot, pod).stage);
  if (stages.length === 0) return undefined;
  const ready = stages.filter((stage) => stage === 'ready' || stage === 'completed').length;
  return {
    name: 'pods',
    state: ready === stages.length ? 'ok' : 'unknown',
    text: `${ready} of ${stages.length} ready or completed`,
  };
}

function podChecks({ pod, stage, containers }: PodState): readonly HealthCheck[] {
  const restarts = containers.reduce((sum, { status }) => sum + (status?.restartCount ?? 0), 0);
  const running = containers.filter(({ role }) => role !== 'init');
  const ready = running.filter((container) => container.stage === 'ready').length;
  const images = containers
    .map(({ status, container }) => status?.image ?? container.image ?? '')
    .filter((image) => image !== '');
  return [
    {
      name: 'pod',
      state: stage === 'ready' || stage === 'completed' ? 'ok' : 'unknown',
      text: `${pod.status?.phase ?? 'phase unknown'}, ${ready} of ${running.length} containers ready, ${restarts} restarts`,
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

function nodeCheck(snapshot: Snapshot, target: ResourceRef | undefined): HealthCheck | undefined {
  if (target === undefined) return undefined;
  const node = snapshot.lookup({ ...target, kind: 'Node' as const });
  if (node.state !== 'present') return { name: 'node', state: 'unknown', text: `${target.name} was not collected` };
  const ready = conditionOf(node.object.status?.conditions, 'Ready')?.status === 'True';
  return { name: 'node', state: ready ? 'ok' : 'failed', text: `${target.name} is ${ready ? 'Ready' : 'not Ready'}` };
}

function trafficCheck(graph: GraphView, target: ResourceRef): HealthCheck | undefined {
  const services = graph
    .dependents(target)
    .filter(({ relation }) => relation === 'selects' || relation === 'backed-by');
  if (services.length === 0) return undefined;
  return { name: 'traffic', state: 'ok', text: services.map(({ from }) => formatRef(from)).join(', ') };
}
