import {
  compareStrings,
  refKey,
  type Event,
  type KubernetesObject,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { memoize } from './memo.ts';
import { refOf, refTo } from './refs.ts';

/** Milliseconds of an RFC 3339 time; undefined if it is absent or unreadable. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * When an event was last seen. Scheduler events have neither lastTimestamp nor count, only eventTime and series.
 */
export function eventTime(event: Event): string | undefined {
  return (
    event.series?.lastObservedTime ??
    event.lastTimestamp ??
    event.eventTime ??
    event.firstTimestamp ??
    event.metadata.creationTimestamp
  );
}

/** When an event was first seen. */
export function eventStart(event: Event): string | undefined {
  return event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? event.lastTimestamp;
}

/** How often an event was seen, at least once. */
export function eventCount(event: Event): number {
  return event.series?.count ?? event.count ?? 1;
}

const eventIndex = memoize((snapshot: Snapshot) => {
  const byRef = new Map<string, Event[]>();
  for (const event of snapshot.list('Event')) {
    const involved = refTo(event.involvedObject);
    if (involved === undefined) continue;
    const key = refKey(involved);
    const known = byRef.get(key);
    if (known === undefined) byRef.set(key, [event]);
    else known.push(event);
  }
  for (const events of byRef.values()) events.sort(newestFirst);
  return byRef;
});

function newestFirst(a: Event, b: Event): number {
  const byTime = (timeOf(eventTime(b)) ?? 0) - (timeOf(eventTime(a)) ?? 0);
  return byTime || compareStrings(a.metadata.name, b.metadata.name);
}

/**
 * The events about an object, newest first. Events that name another uid are about an earlier object of the same name
 * and are left out; kubelets write a node's name in place of its uid, and rebuilt captures have no uids at all
 * (https://github.com/kubernetes/kubernetes/issues/29289).
 */
export function eventsOf(snapshot: Snapshot, object: KubernetesObject): readonly Event[] {
  const { uid, name } = object.metadata;
  return eventsNamed(snapshot, refOf(object)).filter((event) => {
    const named = event.involvedObject.uid;
    return named === undefined || named === '' || uid === undefined || uid === '' || named === uid || named === name;
  });
}

/** The events about whatever has or had this reference, newest first. */
export function eventsNamed(snapshot: Snapshot, target: ResourceRef): readonly Event[] {
  return eventIndex(snapshot).get(refKey(target)) ?? [];
}

/** The container that a kubelet event is about, from `spec.containers{name}`; undefined for the whole pod. */
export function eventContainer(event: Event): string | undefined {
  return /^spec\.(?:initContainers|containers|ephemeralContainers)\{([^}]+)\}$/.exec(
    event.involvedObject.fieldPath ?? '',
  )?.[1];
}
