import {
  eventContainer,
  eventTime,
  eventsOf,
  memoize,
  podState,
  timeOf,
  type ContainerState,
  type PodState,
} from '@kroot/graph';
import { type Event, type Evidence, type Pod, type Snapshot } from '@kroot/types';
import { mountVolume } from '../messages/missing-config.ts';
import { fromContainer, fromEvent } from './evidence.ts';

/** What the kubelet says about a container that it cannot configure. */
export interface ConfigWords {
  readonly pod: PodState;
  readonly state: ContainerState;
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

/** What the kubelet says about a volume that it cannot set up. */
export interface MountWords {
  readonly pod: PodState;
  readonly volume: string;
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

/** Every container of a blocked pod that stands at its configuration, with the kubelet's newest words, '' if none are left. */
export const configWords: (snapshot: Snapshot) => readonly ConfigWords[] = memoize((snapshot) =>
  snapshot
    .list('Pod')
    .map((pod) => podState(snapshot, pod))
    .filter(({ blocked, stage }) => blocked && (stage === 'config' || stage === 'create'))
    .flatMap((pod) =>
      pod.containers
        .filter(({ stage }) => stage === 'config' || stage === 'create')
        .map((state) => wordsOf(snapshot, pod, state)),
    ),
);

function wordsOf(snapshot: Snapshot, pod: PodState, state: ContainerState): ConfigWords {
  const status = fromContainer(pod.ref, state);
  const event = youngEvents(snapshot, pod.pod).find(
    (candidate) =>
      candidate.reason === 'Failed' &&
      (eventContainer(candidate) ?? state.name) === state.name &&
      /^(?:\(combined from similar events\): )?Error: (?![A-Za-z]+$)/.test(candidate.message ?? ''),
  );
  // Some captures have the waiting reason without its message: the newest event then says why.
  if (state.message === undefined || state.message === '') {
    return event === undefined
      ? { pod, state, words: '', evidence: [status] }
      : { pod, state, words: event.message ?? '', evidence: [fromEvent(event, pod.ref), status] };
  }
  return {
    pod,
    state,
    words: state.message,
    evidence: event === undefined ? [status] : [status, fromEvent(event, pod.ref)],
  };
}

/** The newest words on each volume of the pods that wait for their volumes. */
export const mountWords: (snapshot: Snapshot) => readonly MountWords[] = memoize((snapshot) =>
  snapshot
    .list('Pod')
    .map((pod) => podState(snapshot, pod))
    .filter(({ blocked, stage }) => blocked && stage === 'volumes')
    .flatMap((pod) => newestByVolume(snapshot, pod)),
);

function newestByVolume(snapshot: Snapshot, pod: PodState): readonly MountWords[] {
  const found = new Map<string, MountWords>();
  for (const event of youngEvents(snapshot, pod.pod)) {
    const volume = event.reason === 'FailedMount' ? mountVolume(event.message) : undefined;
    if (volume === undefined || found.has(volume)) continue;
    found.set(volume, { pod, volume, words: event.message ?? '', evidence: [fromEvent(event, pod.ref)] });
  }
  return [...found.values()];
}

function youngEvents(snapshot: Snapshot, pod: Pod): readonly Event[] {
  const created = timeOf(pod.metadata.creationTimestamp) ?? 0;
  return eventsOf(snapshot, pod).filter((event) => (timeOf(eventTime(event)) ?? created) >= created);
}
