import { isConditionTaint, type InterPodAffinityRejection, type Rejection, type SchedulingReason } from '@kroot/graph';

/** The rules of this theme, by what keeps a pod from its nodes. */
export type SchedulingRule =
  | 'pod-preempted'
  | 'sched-anti-affinity-deadlock'
  | 'sched-dra-claim'
  | 'sched-error-bind'
  | 'sched-existing-anti-affinity'
  | 'sched-gated'
  | 'sched-host-port-conflict'
  | 'sched-insufficient-cpu'
  | 'sched-insufficient-ephemeral'
  | 'sched-insufficient-extended'
  | 'sched-insufficient-memory'
  | 'sched-no-nodes'
  | 'sched-node-affinity-excludes-all'
  | 'sched-node-selector-mismatch'
  | 'sched-pod-affinity-unsatisfied'
  | 'sched-pvc-missing'
  | 'sched-rwop-conflict'
  | 'sched-too-many-pods'
  | 'sched-topology-spread'
  | 'sched-untolerated-taint'
  | 'sched-volume-limit'
  | 'scheduler-down'
  | 'unknown-scheduler-name';

const RULE_OF_RESOURCE: ReadonlyMap<string, SchedulingRule> = new Map([
  ['cpu', 'sched-insufficient-cpu'],
  ['memory', 'sched-insufficient-memory'],
  ['ephemeral-storage', 'sched-insufficient-ephemeral'],
  ['pods', 'sched-too-many-pods'],
]);

const RULE_OF_PLUGIN: ReadonlyMap<string, SchedulingRule> = new Map([
  ['SchedulingGates', 'sched-gated'],
  ['NodePorts', 'sched-host-port-conflict'],
  ['NodeVolumeLimits', 'sched-volume-limit'],
  ['PodTopologySpread', 'sched-topology-spread'],
  ['VolumeRestrictions', 'sched-rwop-conflict'],
]);

const RULE_OF_AFFINITY: Readonly<Record<InterPodAffinityRejection['kind'], SchedulingRule>> = {
  affinity: 'sched-pod-affinity-unsatisfied',
  'anti-affinity': 'sched-anti-affinity-deadlock',
  'existing-anti-affinity': 'sched-existing-anti-affinity',
};

/** The rule that tells an obstacle; none for cordons, sick nodes and volumes: the node or the volume is at fault there. */
export function ruleOfRejection(rejection: Rejection): SchedulingRule | undefined {
  const { plugin } = rejection;
  if (plugin === 'TaintToleration') return isConditionTaint(rejection) ? undefined : 'sched-untolerated-taint';
  if (plugin === 'NodeAffinity') {
    return rejection.kind === 'nodeSelector' ? 'sched-node-selector-mismatch' : 'sched-node-affinity-excludes-all';
  }
  if (plugin === 'NodeResourcesFit') return RULE_OF_RESOURCE.get(rejection.resource) ?? 'sched-insufficient-extended';
  if (plugin === 'InterPodAffinity') return RULE_OF_AFFINITY[rejection.kind];
  if (plugin === 'VolumeBinding') return rejection.kind === 'claim-missing' ? 'sched-pvc-missing' : undefined;
  return RULE_OF_PLUGIN.get(plugin);
}

/** The rule by the scheduler's wording alone, when the objects do not show what it saw. */
export function ruleOfWords({ plugin, resource, text }: SchedulingReason): SchedulingRule | undefined {
  if (plugin === 'NodeResourcesFit') return RULE_OF_RESOURCE.get(resource ?? '') ?? 'sched-insufficient-extended';
  if (plugin === 'NodeAffinity') return 'sched-node-selector-mismatch';
  if (plugin === 'TaintToleration') {
    return /node(-role)?\.kubernetes\.io\//.test(text) ? undefined : 'sched-untolerated-taint';
  }
  if (plugin === 'InterPodAffinity') {
    if (text.includes('existing pods')) return 'sched-existing-anti-affinity';
    return text.includes('anti-affinity') ? 'sched-anti-affinity-deadlock' : 'sched-pod-affinity-unsatisfied';
  }
  if (plugin === 'VolumeBinding') {
    return /^persistentvolumeclaim ".*" not found/.test(text) ? 'sched-pvc-missing' : undefined;
  }
  if (plugin === 'DynamicResources') return 'sched-dra-claim';
  return plugin === undefined ? undefined : RULE_OF_PLUGIN.get(plugin);
}
