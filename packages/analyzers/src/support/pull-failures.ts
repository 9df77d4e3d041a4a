import {
  eventContainer,
  eventTime,
  eventsOf,
  memoize,
  podState,
  timeOf,
  topOwner,
  type ContainerState,
  type PodState,
} from '@kroot/graph';
import { type Event, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { classifyImageError, type ImageErrorClass } from '../messages/image-error.ts';
import { imageReference } from '../messages/image-reference.ts';
import { isSuperseded } from './superseded-pods.ts';

/** What is wrong with a pull; `unknown` when the runtime's words are not in the capture, or are none that are known. */
export type PullClass = ImageErrorClass | 'never-pull' | 'invalid-name' | 'inspect' | 'unknown';

/** A container that waits because its image cannot be had. */
export interface PullFailure {
  readonly pod: PodState;
  readonly owner: ResourceRef;
  readonly state: ContainerState;
  readonly image: string;
  /** The registry that the image name means. */
  readonly host: string;
  readonly class: PullClass;
  /** The runtime's words, '' when there are none. */
  readonly words: string;
  /** The event that holds the words, when the status does not. */
  readonly event?: Event;
}

const BY_REASON: ReadonlyMap<string, PullClass> = new Map([
  ['ErrImageNeverPull', 'never-pull'],
  ['InvalidImageName', 'invalid-name'],
  ['ImageInspectError', 'inspect'],
  ['SignatureValidationFailed', 'signature'],
  ['RegistryUnavailable', 'unavailable'],
]);

/** Every container of a blocked pod that waits for its image, with the reason, in order of namespace, pod and container. */
export const pullFailures: (snapshot: Snapshot) => readonly PullFailure[] = memoize((snapshot) =>
  snapshot
    .list('Pod')
    .map((pod) => podState(snapshot, pod))
    .filter((pod) => pod.blocked && pod.stage === 'image' && !isSuperseded(snapshot, pod))
    .flatMap((pod) =>
      pod.containers.filter(({ stage }) => stage === 'image').map((state) => failureOf(snapshot, pod, state)),
    ),
);

function failureOf(snapshot: Snapshot, pod: PodState, state: ContainerState): PullFailure {
  const image = state.container.image ?? state.status?.image ?? '';
  const base = { pod, owner: topOwner(snapshot, pod.pod), state, image, host: imageReference(image).host };
  const events = pullEvents(snapshot, pod.pod, state.name);
  const byReason = BY_REASON.get(state.reason ?? '');
  const fromStatus = classifyImageError(state.message);
  if (fromStatus !== undefined && (byReason === undefined || byReason === 'unavailable')) {
    return { ...base, class: fromStatus, words: state.message ?? '' };
  }
  if (byReason !== undefined) return { ...base, class: byReason, words: state.message ?? '', ...withEvent(events[0]) };
  // The status may say only "Back-off pulling image": the newest event that gives a reason decides.
  for (const event of events) {
    const found = classifyImageError(event.message);
    if (found !== undefined) return { ...base, class: found, words: event.message ?? '', event };
  }
  return { ...base, class: 'unknown', ...unknownWords(state.message, events) };
}

/** Words that no class knows are words all the same. */
function unknownWords(status: string | undefined, events: readonly Event[]): Pick<PullFailure, 'words' | 'event'> {
  const event = saysMore(status) ? undefined : events.find(({ message }) => saysMore(message));
  return { words: event?.message ?? status ?? '', ...withEvent(event ?? events[0]) };
}

/** Whether anything is said beyond that the image is pulled again later. */
export function saysMore(message: string | undefined): boolean {
  return (message ?? '').replace(REPEATED, '') !== '';
}

const REPEATED = /^(?:Back-off pulling|Failed to pull) image "[^"]*"(?::? *ErrImagePull)?:? */;

function withEvent(event: Event | undefined): Pick<PullFailure, 'event'> {
  return event === undefined ? {} : { event };
}

const PULL_EVENTS: ReadonlySet<string> = new Set([
  'Failed',
  'InspectFailed',
  'ErrImageNeverPull',
  'FailedToInspectImage',
]);

/** The events of this pod that tell why a container's image is not there, newest first. */
function pullEvents(snapshot: Snapshot, pod: Pod, container: string): readonly Event[] {
  const created = timeOf(pod.metadata.creationTimestamp) ?? 0;
  return eventsOf(snapshot, pod).filter(
    (event) =>
      PULL_EVENTS.has(event.reason ?? '') &&
      (eventContainer(event) ?? container) === container &&
      /image/i.test((event.message ?? '').slice(0, 200)) &&
      !/^Error: [A-Za-z]+$/.test(event.message ?? '') &&
      (timeOf(eventTime(event)) ?? created) >= created,
  );
}
