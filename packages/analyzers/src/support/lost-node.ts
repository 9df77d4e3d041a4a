import { conditionOf } from '@kroot/graph';
import { ref, type Snapshot } from '@kroot/types';

/** Whether a node is gone or no longer reports, so that nothing on it can be ended; rules on nodes tell that. */
export function isLostNode(snapshot: Snapshot, name: string): boolean {
  const node = snapshot.lookup({ ...ref('Node', undefined, name), kind: 'Node' as const });
  if (node.state !== 'present') return node.state === 'absent';
  return conditionOf(node.object.status?.conditions, 'Ready')?.status === 'Unknown';
}
