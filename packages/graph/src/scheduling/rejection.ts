import { type CoverageGap, type LabelSelectorRequirement, type PodAffinityTerm, type ResourceRef } from '@kroot/types';

/** An expression of a node selector that does not hold for a node, and the value that the node has. */
export interface FailedRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
  /** The node's value; absent when it has none. */
  readonly actual?: string;
  /** True for matchFields, whose key is a field of the node such as metadata.name. */
  readonly field: boolean;
}

/** One alternative of a node selector and the expressions of it that fail; an empty alternative matches nothing. */
export interface FailedTerm {
  readonly failed: readonly FailedRequirement[];
  readonly requirements: readonly LabelSelectorRequirement[];
}

/** Why the scheduler does not put a pod on a node, by the plugin that refuses. Amounts are in thousandths. */
export type Rejection =
  | { readonly plugin: 'SchedulingGates'; readonly gates: readonly string[] }
  | { readonly plugin: 'NodeUnschedulable' }
  | { readonly plugin: 'NodeName'; readonly wanted: string }
  | { readonly plugin: 'TaintToleration'; readonly key: string; readonly value: string; readonly effect: string }
  | NodeAffinityRejection
  | {
      readonly plugin: 'NodePorts';
      readonly port: number;
      readonly protocol: string;
      readonly hostIP: string;
      readonly heldBy: ResourceRef;
    }
  | {
      readonly plugin: 'NodeResourcesFit';
      /** Also `pods`: the number of pods that the node takes. */
      readonly resource: string;
      readonly requested: bigint;
      readonly free: bigint;
      readonly allocatable: bigint;
    }
  | { readonly plugin: 'VolumeRestrictions'; readonly claim: ResourceRef; readonly heldBy: ResourceRef }
  | {
      readonly plugin: 'NodeVolumeLimits';
      readonly driver: string;
      readonly attached: number;
      /** Volumes that the pod would add. */
      readonly more: number;
      readonly limit: number;
    }
  | VolumeBindingRejection
  | {
      readonly plugin: 'VolumeZone';
      readonly volume: ResourceRef;
      readonly key: string;
      readonly wanted: string;
      readonly actual?: string;
    }
  | TopologySpreadRejection
  | InterPodAffinityRejection;

/** The pod's nodeSelector or required node affinity does not match. */
export type NodeAffinityRejection =
  | {
      readonly plugin: 'NodeAffinity';
      readonly kind: 'nodeSelector';
      readonly key: string;
      readonly wanted: string;
      readonly actual?: string;
    }
  /** No term of the required affinity holds. */
  | { readonly plugin: 'NodeAffinity'; readonly kind: 'affinity'; readonly terms: readonly FailedTerm[] };

/** A claim of the pod stands in the way. */
export type VolumeBindingRejection =
  | {
      readonly plugin: 'VolumeBinding';
      readonly kind: 'node-affinity';
      readonly claim: ResourceRef;
      readonly volume: ResourceRef;
      readonly terms: readonly FailedTerm[];
    }
  | {
      readonly plugin: 'VolumeBinding';
      readonly kind: 'volume-missing';
      readonly claim: ResourceRef;
      readonly volume: ResourceRef;
    }
  /** The claim waits for a consumer, its class cannot provision, and no volume that fits is free for this node. */
  | { readonly plugin: 'VolumeBinding'; readonly kind: 'no-volume'; readonly claim: ResourceRef }
  /** Provisioning has begun for another node. */
  | {
      readonly plugin: 'VolumeBinding';
      readonly kind: 'other-node';
      readonly claim: ResourceRef;
      readonly selected: string;
    }
  | { readonly plugin: 'VolumeBinding'; readonly kind: 'unbound'; readonly claim: ResourceRef }
  | {
      readonly plugin: 'VolumeBinding';
      readonly kind: 'claim-missing';
      readonly claim: ResourceRef;
      readonly ephemeral: boolean;
    }
  | { readonly plugin: 'VolumeBinding'; readonly kind: 'claim-deleting'; readonly claim: ResourceRef }
  | {
      readonly plugin: 'VolumeBinding';
      readonly kind: 'claim-lost';
      readonly claim: ResourceRef;
      readonly volume: string;
    };

/** A topology spread constraint does not hold. */
export type TopologySpreadRejection =
  | { readonly plugin: 'PodTopologySpread'; readonly kind: 'missing-label'; readonly topologyKey: string }
  | {
      readonly plugin: 'PodTopologySpread';
      readonly kind: 'skew';
      readonly topologyKey: string;
      /** Value of the topology key on the node. */
      readonly domain: string;
      /** Matching pods in the node's domain now. */
      readonly matching: number;
      /** Fewest matching pods in any domain; 0 when there are fewer domains than minDomains. */
      readonly fewest: number;
      readonly skew: number;
      readonly maxSkew: number;
      readonly domains: number;
      readonly minDomains?: number;
    };

/** A required term of pod affinity or anti-affinity, the pod's own or another pod's, does not hold. */
export interface InterPodAffinityRejection {
  readonly plugin: 'InterPodAffinity';
  readonly kind: 'affinity' | 'anti-affinity' | 'existing-anti-affinity';
  readonly term: PodAffinityTerm;
  /** The pod in the way; for affinity a pod elsewhere that the term selects, absent when there is none anywhere. */
  readonly other?: ResourceRef;
  /** True when the node lacks the label that is the term's topology key. */
  readonly missingLabel: boolean;
}

/** Plugins of the scheduler that can refuse a node. */
export type SchedulerPlugin = Rejection['plugin'] | 'DynamicResources';

/** A node and everything that keeps the pod from it. */
export interface NodeReplay {
  readonly node: ResourceRef;
  readonly rejections: readonly Rejection[];
}

/** What the scheduler sees when it looks for a node for a pod. */
export interface SchedulingReplay {
  /** What keeps the pod from every node: gates and claims. */
  readonly everywhere: readonly Rejection[];
  /** All nodes, in order of name. */
  readonly nodes: readonly NodeReplay[];
  /** Nodes that would take the pod now. */
  readonly feasible: readonly ResourceRef[];
  /** Whether everything that was looked at was there to see. */
  readonly complete: boolean;
  /** What could not be seen. */
  readonly gaps: readonly CoverageGap[];
}
