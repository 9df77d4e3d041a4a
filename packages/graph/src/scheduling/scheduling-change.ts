import { type ResourceRef } from '@kroot/types';
import { isConditionTaint } from './blocking-reasons.ts';
import { asRequirement, easiestTerm, isFixed } from './easiest-term.ts';
import { type FailedRequirement, type Rejection } from './rejection.ts';

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
  | { readonly kind: 'detach-volumes'; readonly driver: string; readonly count: number }
  | { readonly kind: 'remove-taint'; readonly key: string; readonly value: string; readonly effect: string }
  | { readonly kind: 'drop-selector'; readonly key: string; readonly wanted: string }
  | { readonly kind: 'drop-affinity' }
  /** A required term becomes a preferred one. */
  | { readonly kind: 'prefer-anti-affinity'; readonly topologyKey: string }
  /** A node of the same kind with nothing on it. */
  | { readonly kind: 'add-node' };

/** The changes that clear one obstacle; all of them are needed. */
export function changesFor(rejection: Rejection): readonly SchedulingChange[] {
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
