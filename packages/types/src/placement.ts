import { type ResourceRef } from './resource-ref.ts';

/** Why a pod is on no node: node by node, what would change that, and who holds the room. */
export interface Placement {
  readonly pod: ResourceRef;
  /** What keeps the pod from every node alike: scheduling gates and claims. */
  readonly everywhere: readonly PlacementReason[];
  /** Nodes that refuse the pod for the same reasons, the easiest to open first. */
  readonly classes: readonly PlacementClass[];
  /** The smallest change that would make the pod fit somewhere; absent where none is known. */
  readonly smallest?: PlacementChange;
  /** Who holds the resource that is short on the nodes that the pod could use, those that it may preempt first. */
  readonly holders: readonly RoomHolder[];
  /** Whether everything that counts could be seen. */
  readonly complete: boolean;
}

/** One predicate of the scheduler that refuses, and why, in a few words with amounts and keys. */
export interface PlacementReason {
  /** Name of the scheduler's plugin. */
  readonly predicate: string;
  readonly text: string;
}

/** Nodes that refuse a pod in the same way; amounts are those of the node that lacks least. */
export interface PlacementClass {
  readonly nodes: readonly ResourceRef[];
  /** How many more there are; only in a report that was read from a document, which names a few. */
  readonly unnamed?: number;
  readonly reasons: readonly PlacementReason[];
  /** What would make the pod fit on the node that lacks least; absent where that is not known. */
  readonly change?: PlacementChange;
}

/** A change of the pod, of a node or of what is on it. */
export interface PlacementChange {
  /** The node that would take the pod then. */
  readonly node: ResourceRef;
  /** What to change, a few words each; all of it is needed. */
  readonly steps: readonly string[];
  /** Whether the scheduler was replayed with the change and took the pod. */
  readonly verified: boolean;
}

/** A workload whose requests fill the nodes that a pod could use. */
export interface RoomHolder {
  readonly owner: ResourceRef;
  readonly resource: string;
  /** What its pods request there, such as `6` or `12Gi`. */
  readonly amount: string;
  readonly pods: number;
  readonly priority: number;
  /** Its priority is lower than that of the pod that waits. */
  readonly preemptible: boolean;
}
