import { ref, type PersistentVolumeClaim, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { memoize } from '../memo.ts';
import { hasEnded } from '../scheduling/occupancy.ts';

/** A claim that a pod uses. */
export interface PodClaim {
  readonly volume: string;
  readonly claim: ResourceRef & { readonly kind: 'PersistentVolumeClaim' };
  /** True when the ephemeral volume controller makes the claim, named after pod and volume. */
  readonly ephemeral: boolean;
}

/** The claims that a pod uses, in the order of its volumes. */
export function podClaims(pod: Pod): readonly PodClaim[] {
  const claims: PodClaim[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const name =
      volume.persistentVolumeClaim?.claimName ??
      (volume.ephemeral === undefined ? undefined : `${pod.metadata.name}-${volume.name}`);
    if (name === undefined) continue;
    const claim = {
      ...ref('PersistentVolumeClaim', pod.metadata.namespace, name),
      kind: 'PersistentVolumeClaim',
    } as const;
    claims.push({ volume: volume.name, claim, ephemeral: volume.persistentVolumeClaim === undefined });
  }
  return claims;
}

const consumers: (snapshot: Snapshot) => ReadonlyMap<string, readonly Pod[]> = memoize((snapshot) => {
  const index = new Map<string, Pod[]>();
  for (const pod of snapshot.list('Pod')) {
    if (hasEnded(pod)) continue;
    for (const key of new Set(podClaims(pod).map(({ claim }) => claimKey(claim)))) {
      const pods = index.get(key);
      if (pods === undefined) index.set(key, [pod]);
      else pods.push(pod);
    }
  }
  return index;
});

/** The pods that use a claim and have not ended, in order of name. */
export function claimConsumers(snapshot: Snapshot, claim: PersistentVolumeClaim): readonly Pod[] {
  return consumers(snapshot).get(claimKey(claim.metadata)) ?? [];
}

function claimKey(claim: { readonly namespace?: string; readonly name: string }): string {
  return `${claim.namespace ?? ''}/${claim.name}`;
}

/**
 * Whether a claim is bound for good. A claim with spec.volumeName that is not is pre-bound by its author.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/plugins/volumebinding/binder.go (isPVCBound)
 */
export function isBound(claim: PersistentVolumeClaim): boolean {
  if ((claim.spec?.volumeName ?? '') === '') return false;
  return (
    claim.status?.phase === 'Bound' ||
    Object.hasOwn(claim.metadata.annotations ?? {}, 'pv.kubernetes.io/bind-completed')
  );
}

/** The class that a claim or volume names; '' for none, undefined when it leaves the choice to the default. */
export function className(object: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: { readonly storageClassName?: string };
}): string | undefined {
  const annotations = object.metadata.annotations ?? {};
  const beta = 'volume.beta.kubernetes.io/storage-class';
  return (Object.hasOwn(annotations, beta) ? annotations[beta] : undefined) ?? object.spec?.storageClassName;
}
