import { refKey, type ResourceRef } from '@kroot/types';
import { inWords } from './kubectl.ts';
import { type UnschedulablePod } from './unschedulable.ts';
import { listed } from './words.ts';

/** The workloads of pods, once each, those with most pods first; ties in the order of the pods. */
export function ownersByPods(pods: readonly UnschedulablePod[]): readonly ResourceRef[] {
  const counts = new Map<string, { readonly owner: ResourceRef; count: number }>();
  for (const { owner } of pods) {
    const known = counts.get(refKey(owner));
    if (known === undefined) counts.set(refKey(owner), { owner, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count).map(({ owner }) => owner);
}

/** `3 pods of Deployment prod/api and Job prod/import`. */
export function podsInWords(pods: readonly UnschedulablePod[]): string {
  const owners = ownersByPods(pods);
  const [first] = pods;
  if (pods.length === 1 && first !== undefined && first.owner.kind === 'Pod') return inWords(first.owner);
  return `${pods.length === 1 ? 'a pod' : `${pods.length} pods`} of ${listed(owners.map((owner) => inWords(owner)))}`;
}
