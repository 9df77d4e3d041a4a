import { topOwner } from '@kroot/graph';
import { compareRefs, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';

/** The workload that most of the pods belong to, the first by name among equals. */
export function podsOwner(snapshot: Snapshot, pods: readonly [Pod, ...Pod[]] | readonly Pod[]): ResourceRef {
  const counts = new Map<string, { readonly owner: ResourceRef; count: number }>();
  for (const pod of pods) {
    const owner = topOwner(snapshot, pod);
    const key = `${owner.group}/${owner.kind}/${owner.name}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { owner, count: 1 });
    else known.count++;
  }
  const [most] = [...counts.values()].toSorted((a, b) => b.count - a.count || compareRefs(a.owner, b.owner));
  return most?.owner ?? { group: '', kind: 'Pod', name: '' };
}
