import { type Condition, type KubernetesObject, type LabelSelectorRequirement, type StringMap } from './meta.ts';

/** A taint of a node. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  /** NoSchedule, PreferNoSchedule or NoExecute. */
  readonly effect: string;
  readonly timeAdded?: string;
}

/** A toleration of a pod. Absent operator is Equal; absent key with Exists tolerates everything. */
export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** Terms are alternatives; the expressions and fields of one term must all hold. */
export interface NodeSelector {
  readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
}

/** One alternative of a node selector. A term without expressions and fields matches no node. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
  readonly matchFields?: readonly LabelSelectorRequirement[];
}

/** A node. */
export interface Node extends KubernetesObject {
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly Taint[];
    readonly podCIDR?: string;
    readonly providerID?: string;
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly capacity?: StringMap;
    readonly allocatable?: StringMap;
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly nodeInfo?: {
      readonly architecture?: string;
      readonly operatingSystem?: string;
      readonly kubeletVersion?: string;
      readonly containerRuntimeVersion?: string;
      readonly osImage?: string;
      readonly kernelVersion?: string;
    };
    readonly volumesAttached?: readonly { readonly name: string; readonly devicePath?: string }[];
  };
}

/** A heartbeat or leader lease. */
export interface Lease extends KubernetesObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly renewTime?: string;
    readonly acquireTime?: string;
    readonly leaseDurationSeconds?: number;
    readonly leaseTransitions?: number;
  };
}
