import { type ObjectOf } from './object-of.ts';
import { type KubernetesObject } from './objects/meta.ts';
import { type ResourceRef } from './resource-ref.ts';

/** What was collected of one kind in one namespace. Only `complete` proves that something is not there. */
export type CoverageState = 'complete' | 'partial' | 'forbidden' | 'not-collected' | 'api-absent';

/** A hole in what kroot could see. */
export interface CoverageGap {
  /** Kind as `Snapshot.list` names it. */
  readonly kind: string;
  /** '*' for all namespaces, '' for a cluster-scoped kind. */
  readonly namespace: string;
  readonly state: Exclude<CoverageState, 'complete'>;
  /** One sentence on why, such as `the input holds no object of this kind`. */
  readonly reason: string;
}

/** What the snapshot can and cannot tell. */
export interface Coverage {
  /** Whether every object of the kind in the namespace ('' or absent: in the whole cluster) is in the snapshot. */
  state(kind: string, namespace?: string): CoverageState;
  /** The reason behind a state that is not complete; undefined when it is complete. */
  gap(kind: string, namespace?: string): CoverageGap | undefined;
}

/** Where a snapshot came from. */
export interface SourceInfo {
  /** `live`: collected by kroot, whether just now or for a capture that is read now: both give the same report. */
  readonly type: 'file' | 'live' | 'memory';
  /** File names as the user gave them, or the context's name; for display. */
  readonly name: string;
  /** RFC 3339: when the data was captured, as far as that is known. */
  readonly capturedAt?: string;
  readonly serverVersion?: string;
  /** The namespace that was asked for, when it was one: namespaced kinds of others were collected only where they matter to it. */
  readonly namespace?: string;
  /** How the files are laid out, as people call it: `OpenShift must-gather`; absent for plain lists and manifests. */
  readonly layout?: string;
}

/** The answer to a look-up: there, proved not to be there, or not known. */
export type Lookup<T> =
  | { readonly state: 'present'; readonly object: T }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly gap: CoverageGap };

/** A captured cluster: immutable, in a total order, honest about what it does not hold. */
export interface Snapshot {
  /** When the data was captured: the capture's own statement, else the newest timestamp in it. Never the wall clock. */
  readonly now: Date;
  readonly source: SourceInfo;
  readonly coverage: Coverage;
  /** What the reader skipped or found odd, one line each. */
  readonly notices: readonly string[];
  /** Number of objects. */
  readonly size: number;
  /** The kinds that have at least one object, sorted. */
  kinds(): readonly string[];
  /** All objects of a kind, in order of namespace and name. An empty list proves nothing: ask `coverage`. */
  list<K extends string>(kind: K, namespace?: string): readonly ObjectOf<K>[];
  /** Three-valued: `absent` is answered only where coverage proves it. */
  lookup<K extends string>(target: ResourceRef & { readonly kind: K }): Lookup<ObjectOf<K>>;
  /** The object with this uid, if it is there. */
  byUid(uid: string): KubernetesObject | undefined;
}
