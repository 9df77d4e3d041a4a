import { type ResourceRef } from '@kroot/types';
import { decidingNodes, isConditionTaint, isControlPlaneTaint } from './blocking-reasons.ts';
import { type FailedRequirement, type FailedTerm, type Rejection, type SchedulingReplay } from './rejection.ts';

/** The smallest step that clears one obstacle. */
export type SchedulingChange =
  | { readonly kind: 'lift-gate'; readonly gates: readonly string[] }
  | { readonly kind: 'uncordon' }
  | { readonly kind: 'drop-node-name'; readonly wanted: string }
  /** The pod may tolerate the taint, or the taint may go. */
  | { readonly kind: 'add-toleration'; readonly key: string; readonly value: string; readonly effect: string }
  /** The taint stands for a fault of the node: it goes when the node is well. */
  | { readonly kind: 'repair-node'; readonly key: string; readonly effect: string }
  | { readonly kind: 'add-label'; readonly key: string; readonly value: string; readonly actual?: string }
  | { readonly kind: 'remove-label'; readonly key: string; readonly actual?: string }
  /** No label of the node can be given for it: the pod's selector or required affinity has to change. */
  | { readonly kind: 'change-affinity'; readonly failed: readonly FailedRequirement[] }
  | { readonly kind: 'free-port'; readonly port: number; readonly protocol: string; readonly heldBy: ResourceRef }
  /** Amounts in thousandths; `to` is what is free. */
  | { readonly kind: 'reduce-request'; readonly resource: string; readonly by: bigint; readonly to: bigint }
  /** Nothing of the resource is free: pods have to go, or the node has to grow. */
  | { readonly kind: 'free-resource'; readonly resource: string; readonly by: bigint }
  | { readonly kind: 'move-pod'; readonly pod: ResourceRef }
  | { readonly kind: 'start-pod'; readonly topologyKey: string; readonly other?: ResourceRef }
  | { readonly kind: 'label-topology'; readonly topologyKey: string }
  | { readonly kind: 'relax-spread'; readonly topologyKey: string; readonly maxSkew: number }
  | { readonly kind: 'repair-claim'; readonly claim: ResourceRef }
  | { readonly kind: 'use-other-volume'; readonly volume: ResourceRef }
  | { readonly kind: 'detach-volumes'; readonly driver: string; readonly count: number };

/** The node that lacks least, and what it lacks. */
export interface NearestNode {
  readonly node: ResourceRef;
  readonly rejections: readonly Rejection[];
  /** One step an obstacle; all together make the pod fit, as far as the replay tells. */
  readonly changes: readonly SchedulingChange[];
}

/**
 * The node with the cheapest obstacles among those that decide (see `blockingReasons`), the first by name among equals;
 * a node without any if there is one; undefined without nodes.
 */
export function nearestNode(replay: SchedulingReplay): NearestNode | undefined {
  let best: SchedulingReplay['nodes'][number] | undefined;
  let least = Number.POSITIVE_INFINITY;
  const deciding = decidingNodes(replay.nodes);
  for (const candidate of deciding.length > 0 ? deciding : replay.nodes) {
    const cost = candidate.rejections.reduce((sum, rejection) => sum + costOf(rejection), 0);
    if (cost >= least) continue;
    best = candidate;
    least = cost;
  }
  if (best === undefined) return undefined;
  const { node, rejections } = best;
  const changes = [...replay.everywhere, ...rejections].flatMap((rejection) => changesFor(rejection));
  return { node, rejections, changes };
}

/** How hard an obstacle is to clear: a flag, then a label, a toleration, an amount, another pod, a sick node, data. */
const COST: Readonly<Record<Rejection['plugin'], number>> = {
  SchedulingGates: 1,
  NodeUnschedulable: 1,
  NodeAffinity: 1.5,
  TaintToleration: 2,
  NodeResourcesFit: 2,
  NodePorts: 3,
  PodTopologySpread: 3,
  InterPodAffinity: 3,
  NodeVolumeLimits: 5,
  VolumeRestrictions: 5,
  NodeName: 20,
  VolumeBinding: 20,
  VolumeZone: 20,
};
const SICK_NODE = 10;
const CONTROL_PLANE = 40;
const TOO_SMALL_NODE = 4;
const OTHER_NODE = 8;

function costOf(rejection: Rejection): number {
  const cost = COST[rejection.plugin];
  if (isControlPlaneTaint(rejection)) return CONTROL_PLANE;
  if (isConditionTaint(rejection)) return SICK_NODE;
  if (rejection.plugin === 'NodeResourcesFit') {
    return (rejection.requested > rejection.allocatable ? TOO_SMALL_NODE : cost) + shortage(rejection);
  }
  if (rejection.plugin !== 'NodeAffinity') return cost;
  const failed = rejection.kind === 'affinity' ? easiestTerm(rejection.terms) : [asRequirement(rejection)];
  if (failed.length === 0) return OTHER_NODE;
  return failed.reduce((sum, requirement) => sum + (isFixed(requirement) ? OTHER_NODE : cost), 0);
}

/** Labels that say what and where a node is: kubelet and cloud set them, and a wrong value would be a lie. */
const IDENTITY =
  /^((beta\.)?kubernetes\.io\/(hostname|os|arch|instance-type)|node\.kubernetes\.io\/instance-type|(topology|failure-domain)\..*)$/;

/** Whether the node cannot be made to fulfil the expression by a label. */
function isFixed({ key, operator, field }: FailedRequirement): boolean {
  return field || operator === 'Gt' || operator === 'Lt' || IDENTITY.test(key);
}

function asRequirement(rejection: {
  readonly key: string;
  readonly wanted: string;
  readonly actual?: string;
}): FailedRequirement {
  const { key, wanted, actual } = rejection;
  return { key, operator: 'In', values: [wanted], field: false, ...(actual === undefined ? {} : { actual }) };
}

/** The part of the request that is missing, 0 to 1; every node that lacks less is nearer. */
function shortage({ requested, free }: { readonly requested: bigint; readonly free: bigint }): number {
  const lack = requested - (free > 0n ? free : 0n);
  return Number((lack * 10_000n) / requested) / 10_000;
}

function changesFor(rejection: Rejection): readonly SchedulingChange[] {
  switch (rejection.plugin) {
    case 'SchedulingGates':
      return [{ kind: 'lift-gate', gates: rejection.gates }];
    case 'NodeUnschedulable':
      return [{ kind: 'uncordon' }];
    case 'NodeName':
      return [{ kind: 'drop-node-name', wanted: rejection.wanted }];
    case 'TaintToleration':
      return [taintChange(rejection)];
    case 'NodeAffinity':
      return rejection.kind === 'nodeSelector'
        ? affinityChanges([asRequirement(rejection)])
        : affinityChanges(easiestTerm(rejection.terms));
    case 'NodePorts':
    case 'NodeResourcesFit':
    case 'NodeVolumeLimits':
    case 'VolumeRestrictions':
    case 'VolumeZone':
    case 'VolumeBinding':
    case 'PodTopologySpread':
    case 'InterPodAffinity':
    default:
      return [roomChange(rejection)];
  }
}

type Misplaced = Extract<
  Rejection,
  { readonly plugin: 'SchedulingGates' | 'NodeUnschedulable' | 'NodeName' | 'TaintToleration' | 'NodeAffinity' }
>;

/** For what other pods, volumes and amounts keep from the pod. */
function roomChange(rejection: Exclude<Rejection, Misplaced>): SchedulingChange {
  switch (rejection.plugin) {
    case 'NodePorts':
      return { kind: 'free-port', port: rejection.port, protocol: rejection.protocol, heldBy: rejection.heldBy };
    case 'NodeResourcesFit':
      return resourceChange(rejection.resource, rejection.requested, rejection.free);
    case 'NodeVolumeLimits': {
      const count = rejection.attached + rejection.more - rejection.limit;
      return { kind: 'detach-volumes', driver: rejection.driver, count };
    }
    case 'VolumeRestrictions':
      return { kind: 'move-pod', pod: rejection.heldBy };
    case 'VolumeZone':
      return { kind: 'use-other-volume', volume: rejection.volume };
    case 'VolumeBinding':
      return rejection.kind === 'node-affinity'
        ? { kind: 'use-other-volume', volume: rejection.volume }
        : { kind: 'repair-claim', claim: rejection.claim };
    case 'PodTopologySpread':
      return rejection.kind === 'missing-label'
        ? { kind: 'label-topology', topologyKey: rejection.topologyKey }
        : { kind: 'relax-spread', topologyKey: rejection.topologyKey, maxSkew: rejection.skew };
    case 'InterPodAffinity':
    default:
      return podChange(rejection);
  }
}

function taintChange(rejection: Extract<Rejection, { readonly plugin: 'TaintToleration' }>): SchedulingChange {
  const { key, value, effect } = rejection;
  return isConditionTaint(rejection)
    ? { kind: 'repair-node', key, effect }
    : { kind: 'add-toleration', key, value, effect };
}

function resourceChange(resource: string, requested: bigint, free: bigint): SchedulingChange {
  const by = requested - free;
  return free > 0n && resource !== 'pods'
    ? { kind: 'reduce-request', resource, by, to: free }
    : { kind: 'free-resource', resource, by };
}

function podChange(rejection: Extract<Rejection, { readonly plugin: 'InterPodAffinity' }>): SchedulingChange {
  const { kind, term, other, missingLabel } = rejection;
  const { topologyKey } = term;
  if (missingLabel) return { kind: 'label-topology', topologyKey };
  if (other === undefined) return { kind: 'start-pod', topologyKey };
  return kind === 'affinity' ? { kind: 'start-pod', topologyKey, other } : { kind: 'move-pod', pod: other };
}

function addLabel(key: string, value: string, actual: string | undefined): SchedulingChange {
  return { kind: 'add-label', key, value, ...(actual === undefined ? {} : { actual }) };
}

/** The alternative with the fewest expressions that fail. An alternative without expressions can never hold. */
function easiestTerm(terms: readonly FailedTerm[]): readonly FailedRequirement[] {
  let easiest: readonly FailedRequirement[] = [];
  for (const { failed } of terms) {
    if (failed.length > 0 && (easiest.length === 0 || failed.length < easiest.length)) easiest = failed;
  }
  return easiest;
}

function affinityChanges(failed: readonly FailedRequirement[]): readonly SchedulingChange[] {
  const changes: SchedulingChange[] = [];
  const others: FailedRequirement[] = [];
  for (const requirement of failed) {
    const { key, operator, values, actual } = requirement;
    const [value] = values;
    if (isFixed(requirement)) others.push(requirement);
    else if (operator === 'In' && value !== undefined) changes.push(addLabel(key, value, actual));
    else if (operator === 'Exists') changes.push(addLabel(key, '', actual));
    else if (operator === 'NotIn' || operator === 'DoesNotExist') {
      changes.push({ kind: 'remove-label', key, ...(actual === undefined ? {} : { actual }) });
    } else others.push(requirement);
  }
  if (others.length > 0 || failed.length === 0) changes.push({ kind: 'change-affinity', failed: others });
  return changes;
}
