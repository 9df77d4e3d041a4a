import { podReferences, type PodReference, type PodState } from '@kroot/graph';
import { refKey, type Evidence, type ResourceRef, type Snapshot } from '@kroot/types';
import { missingInConfigError, missingInMountError, type MissingConfig } from '../messages/missing-config.ts';
import { configWords, mountWords } from './config-words.ts';

/** What the kubelet says of one reference of one pod. */
export interface Stated {
  /** Set where the object is there and lacks the key. */
  readonly key?: string;
  readonly evidence: readonly Evidence[];
}

/** By `statedKey`: what the kubelet says is missing now. */
export type StatedIndex = ReadonlyMap<string, Stated>;

/** One reference of one pod. */
export function statedKey(pod: ResourceRef, { target, key, volume, container }: PodReference): string {
  const place = volume === undefined ? `container/${container ?? ''}` : `volume/${volume}`;
  return `${refKey(pod)}\n${target.kind}/${target.name}/${key ?? ''}\n${place}`;
}

/** Every reference of a blocked pod whose object or key the kubelet says is missing. */
export function statedMissing(snapshot: Snapshot): StatedIndex {
  const index = new Map<string, Stated>();
  const add = (
    pod: PodState,
    missing: MissingConfig,
    evidence: readonly Evidence[],
    place: Partial<PodReference>,
  ): void => {
    for (const reference of podReferences(pod.pod.spec, pod.ref.namespace)) {
      if (!fits(reference, missing, place)) continue;
      index.set(statedKey(pod.ref, reference), {
        evidence,
        ...(missing.key === undefined ? {} : { key: missing.key }),
      });
    }
  };
  for (const { pod, state, words, evidence } of configWords(snapshot)) {
    const missing = missingInConfigError(words);
    if (missing !== undefined) add(pod, missing, evidence, { container: state.name });
  }
  for (const { pod, volume, words, evidence } of mountWords(snapshot)) {
    for (const missing of missingInMountError(words)) add(pod, missing, evidence, { volume });
  }
  return index;
}

function fits(
  { target, key, container, volume }: PodReference,
  missing: MissingConfig,
  place: Partial<PodReference>,
): boolean {
  return (
    target.kind === missing.kind &&
    (missing.name === undefined || missing.name === target.name) &&
    (missing.key === undefined || missing.key === key) &&
    container === place.container &&
    volume === place.volume
  );
}
