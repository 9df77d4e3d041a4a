import { type KubernetesObject, type ResourceRef, type Snapshot, type SourceInfo } from '@kroot/types';
import { type CoverageStatement } from '../snapshot/statement.ts';

/** What to collect. */
export interface CollectOptions {
  /** As `Snapshot.list` names them: the union of what the analyzers read. */
  readonly kinds: readonly string[];
  /**
   * API groups of which every kind is collected where the server has them, such as `CONDITION_GROUPS`; `*.` stands for any
   * beginning. Nothing depends on these kinds: one that cannot be read is a statement of the coverage and nothing else.
   */
  readonly groups?: readonly string[] | undefined;
  /** Only this namespace, and what is needed of others; absent: all. */
  readonly namespace?: string | undefined;
  /** Objects that are read one by one when no list gave them, such as the pod of `diagnose pod`. */
  readonly wanted?: readonly ResourceRef[] | undefined;
  /** Milliseconds for the whole run; what has been collected by then is used. */
  readonly deadline?: number | undefined;
  /** Ends the run in the same way. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly limits?: Partial<CollectLimits> | undefined;
}

/** Bounds of a run. */
export interface CollectLimits {
  /** Objects of one page. */
  readonly page: number;
  /** Lists at a time. */
  readonly chains: number;
  /** Single reads that confirm what looks missing. */
  readonly confirmations: number;
  /** Namespaces that are listed one by one where a kind may not be listed as a whole. */
  readonly namespaces: number;
  /** Kinds that only their group was asked for. */
  readonly extraKinds: number;
  /** Objects in all. */
  readonly objects: number;
}

/** The limits that hold when none are given. */
export const COLLECT_LIMITS: CollectLimits = {
  page: 500,
  chains: 4,
  confirmations: 50,
  namespaces: 50,
  extraKinds: 60,
  objects: 2_000_000,
};

/** How far a run is. */
export interface Progress {
  /** What was read last, such as `Pod`; `discovery` and `confirmation` are steps of their own. */
  readonly step: string;
  /** Kinds that are done, of how many. */
  readonly done: number;
  readonly of: number;
  readonly objects: number;
  readonly requests: number;
}

/** What was collected: everything that a capture has to hold to give the same snapshot again. */
export interface CollectedParts {
  readonly source: SourceInfo;
  /** Slim, as a snapshot keeps them, in order of kind, namespace and name. */
  readonly objects: readonly KubernetesObject[];
  readonly coverage: readonly CoverageStatement[];
  readonly notices: readonly string[];
}

/** A run's result. */
export interface Collected extends CollectedParts {
  readonly snapshot: Snapshot;
  /** Requests sent, tries included. */
  readonly requests: number;
}
