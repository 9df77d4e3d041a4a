import { conditionOf, memoize, podState, serviceEndpoints, type Stage } from '@kroot/graph';
import { type Report, type Snapshot } from '@kroot/types';

const NOT_RUNNING: ReadonlySet<Stage> = new Set(['completed', 'failed', 'terminating', 'unknown']);

/** What a healthy report can say about the whole cluster. */
export const countsOf: (snapshot: Snapshot) => Report['counts'] = memoize((snapshot) => {
  const pods = snapshot.list('Pod').map((pod) => podState(snapshot, pod).stage);
  // Pods whose status was not collected count neither way.
  const running = pods.filter((stage) => !NOT_RUNNING.has(stage));
  const services = snapshot.list('Service').filter(({ spec }) => Object.keys(spec?.selector ?? {}).length > 0);
  const nodes = snapshot.list('Node');
  const namespaces = new Set<string>();
  for (const kind of snapshot.kinds()) {
    for (const { metadata } of snapshot.list(kind))
      if (metadata.namespace !== undefined) namespaces.add(metadata.namespace);
  }
  return {
    objects: snapshot.size,
    namespaces: namespaces.size,
    nodes: nodes.length,
    nodesReady: nodes.filter(({ status }) => conditionOf(status?.conditions, 'Ready')?.status === 'True').length,
    pods: running.length,
    podsReady: running.filter((stage) => stage === 'ready').length,
    services: services.length,
    servicesWithEndpoints: services.filter((service) => serviceEndpoints(snapshot, service).ready.length > 0).length,
  };
});
