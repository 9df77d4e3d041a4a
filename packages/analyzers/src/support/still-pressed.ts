import { conditionOf } from '@kroot/graph';
import { ref, type Because, type Snapshot } from '@kroot/types';

/** Of these nodes, those that are still under the pressure that pods were evicted for. */
export function stillPressed(snapshot: Snapshot, nodes: readonly string[], type: string): readonly Because[] {
  return nodes.flatMap((name) => {
    const target = { ...ref('Node', undefined, name), kind: 'Node' as const };
    const node = snapshot.lookup(target);
    const still = node.state === 'present' && conditionOf(node.object.status?.conditions, type)?.status === 'True';
    return still ? [{ ref: target, mechanism: 'eviction' as const }] : [];
  });
}
