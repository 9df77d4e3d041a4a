import {
  memoize,
  podReferences,
  podsOf,
  podState,
  topOwner,
  workloads,
  type PodReference,
  type PodState,
  type Stage,
} from '@kroot/graph';
import { refKey, type ConfigMap, type Evidence, type ResourceRef, type Secret, type Snapshot } from '@kroot/types';
import { missingInConfigError, missingInMountError } from '../messages/missing-config.ts';
import { configWords, mountWords } from './config-words.ts';

/** One place that needs a Secret or ConfigMap, or a key of one, that is not there. */
export interface MissingUse {
  readonly target: ResourceRef;
  /** The key, where the object is there and lacks it. */
  readonly key?: string;
  readonly owner: ResourceRef;
  readonly reference: PodReference;
  /** Absent for a workload that has no pods. */
  readonly pod?: PodState;
  /** The pod is held up by it now, or may be: nothing is known of its containers. */
  readonly blocking: boolean;
  /** The kubelet's words for it. */
  readonly stated: readonly Evidence[];
  /** The snapshot proves that the object or key is not there. */
  readonly proved: boolean;
}

/** Which half of the kubelet's work needs the reference. */
export function isVolumeUse({ use }: PodReference): boolean {
  return use === 'volume' || use === 'projected' || use === 'csi';
}

const GONE: ReadonlySet<Stage> = new Set(['completed', 'failed', 'terminating']);

/** All uses of missing Secrets and ConfigMaps and of missing keys, those of pods first. Optional references count for nothing. */
export const missingUses: (snapshot: Snapshot) => readonly MissingUse[] = memoize((snapshot) => {
  const stated = statedMissing(snapshot);
  const found: MissingUse[] = [];
  for (const pod of snapshot.list('Pod')) {
    const state = podState(snapshot, pod);
    if (GONE.has(state.stage)) continue;
    const owner = topOwner(snapshot, pod);
    for (const reference of wantedReferences(podReferences(pod.spec, pod.metadata.namespace))) {
      const use = missingUse(snapshot, { reference, owner, pod: state }, stated);
      if (use !== undefined) found.push(use);
    }
  }
  for (const { ref: owner, template, replicas } of workloads(snapshot)) {
    if (replicas === 0 || podsOf(snapshot, owner).length > 0) continue;
    for (const reference of wantedReferences(podReferences(template.spec, owner.namespace))) {
      const use = missingUse(snapshot, { reference, owner }, stated);
      if (use !== undefined) found.push(use);
    }
  }
  return found;
});

function wantedReferences(references: readonly PodReference[]): readonly PodReference[] {
  return references.filter(({ optional, use }) => !optional && use !== 'imagePullSecrets');
}

type Place = Pick<MissingUse, 'reference' | 'owner' | 'pod'>;

function missingUse(snapshot: Snapshot, place: Place, stated: StatedIndex): MissingUse | undefined {
  const { reference, pod } = place;
  const target = lookup(snapshot, reference.target);
  const keyMissing = target.state === 'present' && lacksKey(target.object, reference.key);
  const said = pod === undefined ? undefined : stated.get(statedKey(pod.ref, reference));
  // What the kubelet missed may have been made since: then it goes on by itself.
  const healed = target.state === 'present' && (said?.key === undefined || target.object.dataKeys !== undefined);
  if (target.state !== 'absent' && !keyMissing && (said === undefined || healed)) return undefined;
  const onlyKey = target.state === 'present' || (target.state === 'unknown' && said?.key !== undefined);
  const key = onlyKey ? reference.key : undefined;
  return {
    ...place,
    target: reference.target,
    ...(key === undefined ? {} : { key }),
    blocking: said !== undefined || (pod !== undefined && isHeldUpAt(pod, reference)),
    stated: said?.evidence ?? [],
    proved: target.state === 'absent' || keyMissing,
  };
}

function lookup(
  snapshot: Snapshot,
  target: ResourceRef,
): { readonly state: 'absent' | 'unknown' } | { readonly state: 'present'; readonly object: Secret | ConfigMap } {
  const found =
    target.kind === 'Secret'
      ? snapshot.lookup({ ...target, kind: 'Secret' as const })
      : snapshot.lookup({ ...target, kind: 'ConfigMap' as const });
  return found.state === 'present' ? { state: 'present', object: found.object } : { state: found.state };
}

function lacksKey({ dataKeys }: Secret | ConfigMap, key: string | undefined): boolean {
  return key !== undefined && dataKeys !== undefined && !dataKeys.includes(key);
}

/** Without words: the pod stands where the kubelet would need the reference, or nothing is known of its containers. */
function isHeldUpAt(pod: PodState, reference: PodReference): boolean {
  const { stage, blocked, culprit } = pod;
  if (stage === 'unknown') return pod.pod.status?.phase !== 'Running' && (pod.pod.spec.nodeName ?? '') !== '';
  if (!blocked) return false;
  if (isVolumeUse(reference))
    return stage === 'volumes' || (stage === 'starting' && culprit?.status?.state?.running === undefined);
  return stage === 'config' && culprit?.name === reference.container;
}

interface Stated {
  readonly key?: string;
  readonly evidence: readonly Evidence[];
}

/** By pod, kind, name and key or volume: what the kubelet says is missing now. */
type StatedIndex = ReadonlyMap<string, Stated>;

function statedKey(pod: ResourceRef, { target, key, volume, container }: PodReference): string {
  const place = volume === undefined ? `container/${container ?? ''}` : `volume/${volume}`;
  return `${refKey(pod)}\n${target.kind}/${target.name}/${key ?? ''}\n${place}`;
}

function statedMissing(snapshot: Snapshot): StatedIndex {
  const index = new Map<string, Stated>();
  for (const { pod, state, words, evidence } of configWords(snapshot)) {
    const missing = missingInConfigError(words);
    if (missing === undefined) continue;
    for (const reference of podReferences(pod.pod.spec, pod.ref.namespace)) {
      const named = reference.target.kind === missing.kind && reference.target.name === missing.name;
      const fits =
        named && reference.container === state.name && (missing.key === undefined || missing.key === reference.key);
      if (fits) index.set(statedKey(pod.ref, reference), { evidence, ...keyOf(missing) });
    }
  }
  for (const { pod, volume, words, evidence } of mountWords(snapshot)) {
    for (const missing of missingInMountError(words)) {
      for (const reference of podReferences(pod.pod.spec, pod.ref.namespace)) {
        const named = missing.name === undefined || missing.name === reference.target.name;
        const fits = reference.volume === volume && reference.target.kind === missing.kind && named;
        if (fits && (missing.key === undefined || missing.key === reference.key)) {
          index.set(statedKey(pod.ref, reference), { evidence, ...keyOf(missing) });
        }
      }
    }
  }
  return index;
}

function keyOf({ key }: { readonly key?: string }): { readonly key?: string } {
  return key === undefined ? {} : { key };
}
