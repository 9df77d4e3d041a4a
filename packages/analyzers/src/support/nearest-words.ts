import { type SchedulingReason } from '@kroot/graph';

/**
 * The order in which the scheduler asks its filters. A node is refused by the first one that fails, so it has passed all
 * before: https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/apis/config/v1/default_plugins.go
 */
const FILTERS: readonly string[] = [
  'NodeUnschedulable',
  'NodeName',
  'TaintToleration',
  'NodeAffinity',
  'NodePorts',
  'NodeResourcesFit',
  'VolumeRestrictions',
  'NodeVolumeLimits',
  'VolumeBinding',
  'VolumeZone',
  'PodTopologySpread',
  'InterPodAffinity',
  'DynamicResources',
];

const ORDER: ReadonlyMap<string, number> = new Map(FILTERS.map((name, i) => [name, i]));

/** The reason of the nodes that came nearest to taking the pod, where only the scheduler's words are known. */
export function nearestWords(reasons: readonly SchedulingReason[]): SchedulingReason | undefined {
  return reasons.toSorted((a, b) => orderOf(b) - orderOf(a) || b.count - a.count)[0];
}

function orderOf({ plugin }: SchedulingReason): number {
  return plugin === undefined ? -1 : (ORDER.get(plugin) ?? -1);
}
