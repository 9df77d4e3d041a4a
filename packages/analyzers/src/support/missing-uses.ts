import {
  conditionOf,
  memoize,
  podReferences,
  podsOf,
  podState,
  timeOf,
  topOwner,
  workloads,
  type PodReference,
  type PodState,
  type Stage,
} from '@kroot/graph';
import { type ConfigMap, type Evidence, type ResourceRef, type Secret, type Snapshot } from '@kroot/types';
import { statedMissing, type Stated, type StatedIndex, statedKey } from './missing-stated.ts';
import { isSuperseded } from './superseded-pods.ts';

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
    if (GONE.has(state.stage) || isSuperseded(snapshot, state)) continue;
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

function missingUse(snapshot: Snapshot, place: Place, index: StatedIndex): MissingUse | undefined {
  const { reference, pod } = place;
  const said = pod === undefined ? undefined : index.get(statedKey(pod.ref, reference));
  const missing = whatIsMissing(snapshot, reference, said);
  if (missing === undefined) return undefined;
  return {
    ...place,
    target: reference.target,
    ...(missing.keyOnly && reference.key !== undefined ? { key: reference.key } : {}),
    blocking: said !== undefined || (pod !== undefined && isHeldUpAt(snapshot, pod, reference)),
    stated: said?.evidence ?? [],
    proved: missing.proved,
  };
}

interface Missing {
  readonly keyOnly: boolean;
  readonly proved: boolean;
}

function whatIsMissing(
  snapshot: Snapshot,
  { target, key }: PodReference,
  said: Stated | undefined,
): Missing | undefined {
  const found = lookup(snapshot, target);
  if (found.state === 'absent') return { keyOnly: false, proved: true };
  if (found.state === 'unknown')
    return said === undefined ? undefined : { keyOnly: said.key !== undefined, proved: false };
  if (lacksKey(found.object, key)) return { keyOnly: true, proved: true };
  // What the kubelet missed may have been made since: then it goes on by itself. Keys that the input hides stay missing.
  const stillMissing = said?.key !== undefined && found.object.dataKeys === undefined;
  return stillMissing ? { keyOnly: true, proved: false } : undefined;
}

function lookup(
  snapshot: Snapshot,
  target: ResourceRef,
):
  | { readonly state: 'absent' }
  | { readonly state: 'unknown' }
  | { readonly state: 'present'; readonly object: Secret | ConfigMap } {
  const found =
    target.kind === 'Secret'
      ? snapshot.lookup({ ...target, kind: 'Secret' as const })
      : snapshot.lookup({ ...target, kind: 'ConfigMap' as const });
  return found.state === 'present' ? { state: 'present', object: found.object } : found;
}

function lacksKey({ dataKeys }: Secret | ConfigMap, key: string | undefined): boolean {
  return key !== undefined && dataKeys !== undefined && !dataKeys.includes(key);
}

/** A kubelet that has had a pod for so long has said something about its containers. */
const FIRST_NEWS = 120_000;

/** Without words: the pod stands where the kubelet would need the reference, or nothing is known of its containers. */
function isHeldUpAt(snapshot: Snapshot, pod: PodState, reference: PodReference): boolean {
  const { stage, blocked, culprit } = pod;
  if (isUnknown(snapshot, pod)) return true;
  if (!blocked) return false;
  if (isVolumeUse(reference)) {
    return stage === 'volumes' || (stage === 'starting' && culprit?.status?.state?.running === undefined);
  }
  return stage === 'config' && culprit?.name === reference.container;
}

/** The input has no container states for the pod, and nothing else shows how far it is. */
function isUnknown(snapshot: Snapshot, { pod, containers }: PodState): boolean {
  if (containers.some(({ status }) => status !== undefined)) return false;
  const conditions = pod.status?.conditions;
  if (
    conditionOf(conditions, 'PodScheduled')?.status === 'False' ||
    conditionOf(conditions, 'Ready')?.status === 'True'
  )
    return false;
  const created = timeOf(pod.metadata.creationTimestamp);
  return created === undefined || snapshot.now.getTime() - created >= FIRST_NEWS;
}
