import { explainPlacement, podState } from '@kroot/graph';
import { type Placement, type ResourceRef, type Snapshot } from '@kroot/types';
import { type FindingNode } from './run-analyzers.ts';

/**
 * Why the first pod that a root leaves without a node is on none, node by node; undefined for roots that keep no pod from
 * being scheduled. One pod stands for all: a replay costs as much as there are nodes.
 */
export function placementOf(
  snapshot: Snapshot,
  root: FindingNode,
  told: readonly FindingNode[],
): Placement | undefined {
  const breaks = root.finding.breaks ?? root.meta.breaks ?? [];
  if (!breaks.includes('scheduling')) return undefined;
  const candidates = [...(root.finding.affects ?? []), ...told.map(({ finding }) => finding.subject)];
  for (const ref of candidates) {
    const placement = placementOfPod(snapshot, ref);
    if (placement !== undefined) return placement;
  }
  return undefined;
}

function placementOfPod(snapshot: Snapshot, ref: ResourceRef): Placement | undefined {
  if (ref.kind !== 'Pod') return undefined;
  const found = snapshot.lookup({ ...ref, kind: 'Pod' as const });
  if (found.state !== 'present' || podState(snapshot, found.object).stage !== 'unscheduled') return undefined;
  return explainPlacement(snapshot, found.object);
}
