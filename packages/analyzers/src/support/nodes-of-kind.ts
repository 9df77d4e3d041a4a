import { type Snapshot } from '@kroot/types';
import { type UnhealthyNode, unhealthyNodes } from './unhealthy-nodes.ts';
import { isInZoneOutage } from './zone-outages.ts';

/** The unhealthy nodes of one kind, without those that are lost together with their whole zone. */
export function nodesOfKind(snapshot: Snapshot, kind: UnhealthyNode['kind']): readonly UnhealthyNode[] {
  return unhealthyNodes(snapshot).filter((node) => node.kind === kind && !isInZoneOutage(snapshot, node));
}
