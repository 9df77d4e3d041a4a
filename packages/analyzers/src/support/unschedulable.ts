import {
  blockingReasons,
  conditionOf,
  eventsOf,
  isConditionTaint,
  memoize,
  parseFailedScheduling,
  podState,
  replayScheduling,
  topOwner,
  type BlockingReason,
  type PodState,
  type Rejection,
  type SchedulingReason,
  type SchedulingReplay,
} from '@kroot/graph';
import { compareRefs, refKey, type Evidence, type ResourceRef, type Snapshot } from '@kroot/types';
import { fromCondition, fromEvent } from './evidence.ts';

/** The rules of this theme, by what keeps a pod from its nodes. */
export type SchedulingRule =
  | 'sched-insufficient-cpu'
  | 'sched-insufficient-memory'
  | 'sched-insufficient-ephemeral'
  | 'sched-insufficient-extended'
  | 'sched-too-many-pods'
  | 'sched-untolerated-taint'
  | 'sched-node-selector-mismatch'
  | 'sched-node-affinity-excludes-all'
  | 'sched-pod-affinity-unsatisfied'
  | 'sched-anti-affinity-deadlock'
  | 'sched-existing-anti-affinity'
  | 'sched-topology-spread'
  | 'sched-host-port-conflict'
  | 'sched-volume-limit'
  | 'sched-pvc-missing'
  | 'sched-gated';

/** A pod that no node takes and what the scheduler and its replay say about it. */
export interface UnschedulablePod {
  readonly state: PodState;
  readonly owner: ResourceRef;
  readonly replay: SchedulingReplay;
  /** The obstacle that decides; absent when only the scheduler's words tell. */
  readonly reason?: BlockingReason;
  /** Further obstacles that matter. */
  readonly others: readonly BlockingReason[];
  /** The scheduler's own reason, where the replay has none. */
  readonly said?: SchedulingReason;
  /** Undefined when the node, a claim or nothing known is at fault: rules of other themes. */
  readonly rule?: SchedulingRule;
  readonly evidence: readonly Evidence[];
}

/** Pods of one workload that the same obstacle keeps from every node. */
export interface UnschedulableGroup {
  readonly owner: ResourceRef;
  readonly pods: readonly UnschedulablePod[];
  readonly first: UnschedulablePod;
}

/** Every pod that waits for a node longer than it should, in order of namespace and name. */
export const unschedulablePods: (snapshot: Snapshot) => readonly UnschedulablePod[] = memoize((snapshot) =>
  snapshot
    .list('Pod')
    .map((pod) => podState(snapshot, pod))
    .filter(({ stage, blocked }) => blocked && (stage === 'unscheduled' || stage === 'gated'))
    .map((state) => explain(snapshot, state)),
);

/** The pods that a rule claims, folded by workload. */
export function unschedulableGroups(snapshot: Snapshot, rule: SchedulingRule): readonly UnschedulableGroup[] {
  const groups = new Map<string, UnschedulablePod[]>();
  for (const pod of unschedulablePods(snapshot)) {
    if (pod.rule !== rule) continue;
    const key = refKey(pod.owner);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [pod]);
    else known.push(pod);
  }
  return [...groups.values()]
    .flatMap((pods) => (pods[0] === undefined ? [] : [{ owner: pods[0].owner, pods, first: pods[0] }]))
    .toSorted((a, b) => compareRefs(a.owner, b.owner));
}

function explain(snapshot: Snapshot, state: PodState): UnschedulablePod {
  const replay = replayScheduling(snapshot, state.pod);
  const { evidence, reasons: said } = words(snapshot, state);
  const base = { state, owner: topOwner(snapshot, state.pod), replay, evidence };
  const reasons = blockingReasons(replay).filter(({ matters }) => matters);
  // A node that would take the pod by what is known: then only the scheduler knows better.
  const trusted = replay.nodes.length > 0 && replay.feasible.length === 0;
  const [reason, ...others] = trusted || replay.everywhere.length > 0 ? reasons : [];
  if (reason !== undefined) {
    const rule = ruleOf(reason.rejection);
    return { ...base, reason, others, ...(rule === undefined ? {} : { rule }) };
  }
  const told = said.toSorted((a, b) => b.count - a.count)[0];
  const rule = told === undefined ? undefined : ruleOfWords(told);
  return { ...base, others: [], ...(told === undefined ? {} : { said: told }), ...(rule === undefined ? {} : { rule }) };
}

function words(
  snapshot: Snapshot,
  { pod, ref }: PodState,
): { readonly evidence: readonly Evidence[]; readonly reasons: readonly SchedulingReason[] } {
  const event = eventsOf(snapshot, pod).find(({ reason }) => reason === 'FailedScheduling');
  const condition = conditionOf(pod.status?.conditions, 'PodScheduled');
  const said = condition?.status === 'False' && condition.message !== undefined && condition.message !== '';
  const message = said ? condition.message : event?.message;
  const parsed = message === undefined ? undefined : parseFailedScheduling(message);
  return {
    evidence: [...(event === undefined ? [] : [fromEvent(event, ref)]), ...(said && event === undefined ? [fromCondition(ref, condition)] : [])],
    reasons: parsed === undefined ? [] : [...(parsed.preFilter === undefined ? [] : [parsed.preFilter]), ...parsed.reasons],
  };
}

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
]);

const RULE_OF_AFFINITY = {
  affinity: 'sched-pod-affinity-unsatisfied',
  'anti-affinity': 'sched-anti-affinity-deadlock',
  'existing-anti-affinity': 'sched-existing-anti-affinity',
} as const;

/** The rule that tells an obstacle; none for cordons, sick nodes and volumes: the node or the volume is at fault there. */
function ruleOf(rejection: Rejection): SchedulingRule | undefined {
  switch (rejection.plugin) {
    case 'TaintToleration':
      return isConditionTaint(rejection) ? undefined : 'sched-untolerated-taint';
    case 'NodeAffinity':
      return rejection.kind === 'nodeSelector' ? 'sched-node-selector-mismatch' : 'sched-node-affinity-excludes-all';
    case 'NodeResourcesFit':
      return RULE_OF_RESOURCE.get(rejection.resource) ?? 'sched-insufficient-extended';
    case 'InterPodAffinity':
      return RULE_OF_AFFINITY[rejection.kind];
    case 'VolumeBinding':
      return rejection.kind === 'claim-missing' ? 'sched-pvc-missing' : undefined;
    default:
      return RULE_OF_PLUGIN.get(rejection.plugin);
  }
}

/** The rule by the scheduler's wording alone, when the objects do not show what it saw. */
function ruleOfWords({ plugin, resource, text }: SchedulingReason): SchedulingRule | undefined {
  if (plugin === 'NodeResourcesFit') return RULE_OF_RESOURCE.get(resource ?? '') ?? 'sched-insufficient-extended';
  if (plugin === 'NodeAffinity') return 'sched-node-selector-mismatch';
  if (plugin === 'TaintToleration') return text.includes('node.kubernetes.io/') ? undefined : 'sched-untolerated-taint';
  if (plugin === 'InterPodAffinity') {
    if (text.includes('existing pods')) return 'sched-existing-anti-affinity';
    return text.includes('anti-affinity') ? 'sched-anti-affinity-deadlock' : 'sched-pod-affinity-unsatisfied';
  }
  if (plugin === 'VolumeBinding') return /^persistentvolumeclaim ".*" not found/.test(text) ? 'sched-pvc-missing' : undefined;
  return plugin === undefined ? undefined : RULE_OF_PLUGIN.get(plugin);
}
