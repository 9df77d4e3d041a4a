import { type LabelSelector, type Pod, type Snapshot } from '@kroot/types';
import { groupBy } from './group-by.ts';
import { LabelIndex } from './label-index.ts';
import { memoize } from './memo.ts';

const podIndexes = memoize((snapshot: Snapshot) => {
  const byNamespace = groupBy(snapshot.list('Pod'), (pod) => pod.metadata.namespace ?? '');
  return new Map([...byNamespace].map(([namespace, pods]) => [namespace, new LabelIndex(pods, labelsOf)]));
});

function labelsOf(pod: Pod): Pod['metadata']['labels'] {
  return pod.metadata.labels;
}

/** The pods of a namespace that a label selector selects, in any phase. An empty selector selects all. */
export function podsMatching(snapshot: Snapshot, namespace: string, selector: LabelSelector): readonly Pod[] {
  return podIndexes(snapshot).get(namespace)?.select(selector) ?? [];
}

/** Whether the pod has ended for good: it has no address any more, whatever its status still says. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** The pod's addresses, as its status states them. */
export function podAddresses(pod: Pod): readonly string[] {
  const addresses = (pod.status?.podIPs ?? []).map(({ ip }) => ip);
  const main = pod.status?.podIP;
  return main === undefined || main === '' || addresses.includes(main) ? addresses : [main, ...addresses];
}
