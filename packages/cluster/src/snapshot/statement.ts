import { type CoverageState, type ResourceRef } from '@kroot/types';

/** What is known about the completeness of a kind, or about a single object that is known not to exist. */
export type CoverageStatement =
  | {
      /** As `Snapshot.list` names it. */
      readonly kind: string;
      /** Absent: in all namespaces, or for a cluster-scoped kind. */
      readonly namespace?: string;
      readonly state: CoverageState;
      /** One sentence on why the state is not complete. */
      readonly reason?: string;
    }
  | { readonly ref: ResourceRef; readonly state: 'absent' };
