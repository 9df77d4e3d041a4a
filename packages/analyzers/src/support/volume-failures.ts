import { eventTime, eventsOf, memoize, podClaims, podState, timeOf, type PodState } from '@kroot/graph';
import {
  ref,
  type Event,
  type PersistentVolume,
  type Pod,
  type ResourceRef,
  type Snapshot,
  type Volume,
  compareRefs,
  refKey,
} from '@kroot/types';
import { mountFailure, type MountFailure } from '../messages/mount.ts';

/** A pod that waits for a volume, with the words that say why. */
export interface VolumeFailure {
  readonly pod: PodState;
  readonly node: string;
  readonly event: Event;
  readonly failure: MountFailure;
  /** The pod's volume, its claim and the PersistentVolume behind it, as far as they are known. */
  readonly volume?: Volume;
  readonly claim?: ResourceRef;
  readonly persistentVolume?: PersistentVolume;
}

const REASONS: ReadonlySet<string> = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);

/**
 * The newest telling words of every pod that is held up at its volumes. Words about a volume that a newer time-out no
 * longer counts among the missing ones are history.
 */
const volumeFailures: (snapshot: Snapshot) => readonly VolumeFailure[] = memoize((snapshot) =>
  snapshot.list('Pod').flatMap((pod) => {
    const state = podState(snapshot, pod);
    return state.blocked && state.stage === 'volumes' ? (read(snapshot, state) ?? []) : [];
  }),
);

function read(snapshot: Snapshot, state: PodState): VolumeFailure | undefined {
  let missing: ReadonlySet<string> | undefined;
  for (const event of volumeEvents(snapshot, state.pod)) {
    const failure = mountFailure(event.message ?? '');
    if (failure === undefined) continue;
    if (failure.kind === 'timeout') {
      missing ??= new Set(failure.volumes);
      continue;
    }
    const placed = place(snapshot, state, failure.volume);
    const healed = missing !== undefined && placed.volume !== undefined && !missing.has(placed.volume.name);
    if (!healed) return { pod: state, node: state.pod.spec.nodeName ?? '', event, failure, ...placed };
  }
  return undefined;
}

/** What was said about this pod's volumes, newest first. */
function volumeEvents(snapshot: Snapshot, pod: Pod): readonly Event[] {
  const created = timeOf(pod.metadata.creationTimestamp) ?? 0;
  return eventsOf(snapshot, pod).filter((event) => {
    const time = timeOf(eventTime(event));
    return REASONS.has(event.reason ?? '') && (time === undefined || time >= created);
  });
}

/** Finds what a name in the kubelet's words means: it uses the pod's own name for a volume, or that of the PersistentVolume. */
function place(
  snapshot: Snapshot,
  { pod }: PodState,
  name: string | undefined,
): Pick<VolumeFailure, 'volume' | 'claim' | 'persistentVolume'> {
  const volumes = pod.spec.volumes ?? [];
  for (const { volume: volumeName, claim } of podClaims(pod)) {
    const found = snapshot.lookup(claim);
    const bound = found.state === 'present' ? found.object.spec?.volumeName : undefined;
    if (name === undefined || (volumeName !== name && bound !== name)) continue;
    const volume = volumes.find((candidate) => candidate.name === volumeName);
    const target = { ...ref('PersistentVolume', undefined, bound ?? ''), kind: 'PersistentVolume' as const };
    const persistent = bound === undefined ? undefined : snapshot.lookup(target);
    return {
      claim,
      ...(volume === undefined ? {} : { volume }),
      ...(persistent?.state === 'present' ? { persistentVolume: persistent.object } : {}),
    };
  }
  const volume = volumes.find((candidate) => candidate.name === name);
  return volume === undefined ? {} : { volume };
}

/** A pod whose volumes are not mounted in time, while nobody says why. */
export interface VolumeTimeout {
  readonly pod: PodState;
  readonly node: string;
  readonly event: Event;
  readonly volumes: readonly Volume[];
}

/** The pods of which nothing but a time-out is known. */
export const volumeTimeouts: (snapshot: Snapshot) => readonly VolumeTimeout[] = memoize((snapshot) =>
  snapshot.list('Pod').flatMap((pod) => {
    const state = podState(snapshot, pod);
    if (!state.blocked || state.stage !== 'volumes' || read(snapshot, state) !== undefined) return [];
    const event = volumeEvents(snapshot, pod).find(({ message }) => mountFailure(message ?? '')?.kind === 'timeout');
    const failure = event === undefined ? undefined : mountFailure(event.message ?? '');
    if (event === undefined || failure?.kind !== 'timeout') return [];
    const volumes = (pod.spec.volumes ?? []).filter(({ name }) => failure.volumes.includes(name));
    return [{ pod: state, node: pod.spec.nodeName ?? '', event, volumes }];
  }),
);

/** The failures of one kind. */
export function failuresOfKind<K extends MountFailure['kind']>(
  snapshot: Snapshot,
  kind: K,
): readonly (VolumeFailure & { readonly failure: Extract<MountFailure, { readonly kind: K }> })[] {
  return volumeFailures(snapshot).filter(
    (one): one is VolumeFailure & { readonly failure: Extract<MountFailure, { readonly kind: K }> } =>
      one.failure.kind === kind,
  );
}

/**
 * What a finding on the subject affects: the pods and their claims; for a volume or its attachment the claims alone, over
 * which the graph leads the pods to it.
 */
export function affectedBy(failures: readonly VolumeFailure[], subject: ResourceRef): readonly ResourceRef[] {
  const found = new Map<string, ResourceRef>();
  const behind = subject.kind === 'PersistentVolume' || subject.kind === 'VolumeAttachment';
  for (const { pod, claim, persistentVolume } of failures) {
    const overClaim = behind && claim !== undefined && persistentVolume !== undefined;
    if (!overClaim) found.set(refKey(pod.ref), pod.ref);
    if (claim !== undefined) found.set(refKey(claim), claim);
  }
  return [...found.values()].toSorted(compareRefs);
}
