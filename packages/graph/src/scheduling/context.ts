import {
  type CoverageGap,
  type Lookup,
  type Node,
  type ObjectOf,
  type Pod,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { memoize } from '../memo.ts';

/** One replay: the pod, and what could not be seen on the way. */
export interface ReplayContext {
  readonly snapshot: Snapshot;
  readonly pod: Pod;
  readonly gaps: Map<string, CoverageGap>;
}

/** Notes that something could not be seen. */
export function noteGap(context: ReplayContext, gap: CoverageGap | undefined): void {
  if (gap !== undefined) context.gaps.set(`${gap.kind}/${gap.namespace}/${gap.state}`, gap);
}

/** Looks an object up, and notes the gap when it is unknown. */
export function lookUp<K extends string>(
  context: ReplayContext,
  target: ResourceRef & { readonly kind: K },
): Lookup<ObjectOf<K>> {
  const found = context.snapshot.lookup(target);
  if (found.state === 'unknown') noteGap(context, found.gap);
  return found;
}

/** Nodes by name. */
export const nodesByName: (snapshot: Snapshot) => ReadonlyMap<string, Node> = memoize(
  (snapshot) => new Map(snapshot.list('Node').map((node) => [node.metadata.name, node])),
);
