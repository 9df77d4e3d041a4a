import { eventTime, eventsOf, memoize, podState, timeOf } from '@kroot/graph';
import { ref, type Event, type Pod, type ResourceRef, type Secret, type Snapshot } from '@kroot/types';
import { clip } from '../messages/clip.ts';
import { imageReference } from '../messages/image-reference.ts';

/** The Secret types that the kubelet reads registry credentials from. */
export const PULL_SECRET_TYPES: ReadonlySet<string> = new Set([
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/dockercfg',
]);

/** The names of a pod's pull secrets. Admission copies those of the ServiceAccount into pods that name none. */
export function pullSecretNames(pod: Pod): readonly string[] {
  return (pod.spec.imagePullSecrets ?? []).map(({ name }) => name ?? '').filter((name) => name !== '');
}

/** The kubelet's newest statement on pull secrets that it could not get, and their names. */
export function lostPullSecrets(
  snapshot: Snapshot,
  pod: Pod,
): { readonly event: Event; readonly names: readonly string[] } | undefined {
  const created = timeOf(pod.metadata.creationTimestamp) ?? 0;
  for (const event of eventsOf(snapshot, pod)) {
    if (event.reason !== 'FailedToRetrieveImagePullSecret' || (timeOf(eventTime(event)) ?? created) < created) continue;
    const names = /pull secrets \(([^)]{1,2000})\)/.exec(clip(event.message))?.[1];
    return { event, names: names === undefined ? [] : names.split(/, ?/) };
  }
  return undefined;
}

/** A Secret of a pod's pull secrets: there, proved or said to be missing, or not known. */
export function pullSecret(
  snapshot: Snapshot,
  pod: Pod,
  name: string,
): { readonly ref: ResourceRef; readonly state: 'missing' | 'present' | 'unknown'; readonly secret?: Secret } {
  const target = { ...ref('Secret', pod.metadata.namespace, name), kind: 'Secret' as const };
  const found = snapshot.lookup(target);
  if (found.state === 'present') return { ref: target, state: 'present', secret: found.object };
  const missing = found.state === 'absent' || lostPullSecrets(snapshot, pod)?.names.includes(name) === true;
  return { ref: target, state: missing ? 'missing' : 'unknown' };
}

/** `namespace/host` → name of a pull secret with which a pod that has its images pulls from that host. */
const proven: (snapshot: Snapshot) => ReadonlyMap<string, string> = memoize((snapshot) => {
  const found = new Map<string, string>();
  for (const pod of snapshot.list('Pod')) {
    const [first, ...more] = pullSecretNames(pod);
    if (first === undefined || more.length > 0) continue;
    for (const { stage, container } of podState(snapshot, pod).containers) {
      if (stage !== 'ready' && stage !== 'completed') continue;
      const key = `${pod.metadata.namespace ?? ''}/${imageReference(container.image ?? '').host}`;
      if (!found.has(key)) found.set(key, first);
    }
  }
  return found;
});

/** The pull secret that is known, or likely, to be the one for a host in a namespace. */
export interface CandidateSecret {
  readonly ref: ResourceRef;
  /** True when another pod of the namespace pulls from the host with it. */
  readonly proved: boolean;
}

/** The Secret that pods without pull secrets would need for a registry: one that works for others, or the only one there is. */
export function candidateSecret(snapshot: Snapshot, namespace: string, host: string): CandidateSecret | undefined {
  const known = proven(snapshot).get(`${namespace}/${host}`);
  if (known !== undefined) return { ref: ref('Secret', namespace, known), proved: true };
  const all = snapshot.list('Secret', namespace).filter(({ type }) => PULL_SECRET_TYPES.has(type ?? ''));
  const [only] = all;
  return all.length === 1 && only !== undefined
    ? { ref: ref('Secret', namespace, only.metadata.name), proved: false }
    : undefined;
}
