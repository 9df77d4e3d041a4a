import { eventsOf, eventTime, timeOf } from '@kroot/graph';
import { type Event, type KubernetesObject, type Snapshot } from '@kroot/types';

/** Reasons with which a controller says that something failed, and those with which it says that it works again. */
export interface EventWords {
  readonly bad: readonly string[];
  readonly good?: readonly string[];
}

/** Controllers that retry repeat their complaint; one that has fallen silent for so long tells nothing about now. */
const STALE = 7_200_000;

/** What a controller last said of an object, if that was a complaint which nothing has overruled since. */
export function standingEvent(
  snapshot: Snapshot,
  object: KubernetesObject,
  { bad, good = [] }: EventWords,
): Event | undefined {
  const event = eventsOf(snapshot, object).find(({ reason = '' }) => bad.includes(reason) || good.includes(reason));
  if (event === undefined || !bad.includes(event.reason ?? '')) return undefined;
  const time = timeOf(eventTime(event));
  return time !== undefined && snapshot.now.getTime() - time > STALE ? undefined : event;
}
