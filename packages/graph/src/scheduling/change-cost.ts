import { isConditionTaint, isControlPlaneTaint } from './blocking-reasons.ts';
import { asRequirement, easiestTerm, isFixed } from './easiest-term.ts';
import { type Rejection } from './rejection.ts';

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
/** Nodes of the control plane are closed to workloads by design. */
export const CONTROL_PLANE = 40;
const TOO_SMALL_NODE = 4;
const OTHER_NODE = 8;
/** For nothing free at all; a small part less costs little. */
const SHORTAGE = 4;

/** What it costs to clear an obstacle; only comparable with other costs. */
export function costOf(rejection: Rejection): number {
  const cost = COST[rejection.plugin];
  if (isControlPlaneTaint(rejection)) return CONTROL_PLANE;
  if (isConditionTaint(rejection)) return SICK_NODE;
  if (rejection.plugin === 'NodeResourcesFit') {
    return (rejection.requested > rejection.allocatable ? TOO_SMALL_NODE : cost) + SHORTAGE * shortage(rejection);
  }
  if (rejection.plugin !== 'NodeAffinity') return cost;
  const failed = rejection.kind === 'affinity' ? easiestTerm(rejection.terms) : [asRequirement(rejection)];
  if (failed.length === 0) return OTHER_NODE;
  return failed.reduce((sum, requirement) => sum + (isFixed(requirement) ? OTHER_NODE : cost), 0);
}

/** The part of the request that is missing, 0 to 1; every node that lacks less is nearer. */
function shortage({ requested, free }: { readonly requested: bigint; readonly free: bigint }): number {
  const lack = requested - (free > 0n ? free : 0n);
  return Number((lack * 10_000n) / requested) / 10_000;
}
