import { type KubernetesObject } from '@kroot/types';
import { elements, member } from '../guards.ts';

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const DAY = 24 * 60 * 60 * 1000;

/** Milliseconds of an RFC 3339 timestamp; undefined for anything else. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || !RFC3339.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The newest timestamp in a set of objects. What events and heartbeats say is taken as it is; other timestamps count only up
 * to a day beyond them, because a single object with an absurd date must not age everything else.
 */
export function newestTime(objects: Iterable<KubernetesObject>): number | undefined {
  const all = [...objects];
  const active = newest(all, activityTimes, Infinity);
  return newest(all, allTimes, active === undefined ? Infinity : active + DAY);
}

function newest(
  objects: readonly KubernetesObject[],
  timesOf: (object: KubernetesObject) => Iterable<unknown>,
  bound: number,
): number | undefined {
  let best: number | undefined;
  let bestSecond = '';
  for (const object of objects) {
    for (const value of timesOf(object)) {
      // UTC timestamps sort as text down to the second, which spares parsing nearly all of them.
      if (typeof value !== 'string' || (value.endsWith('Z') && value < bestSecond)) continue;
      const time = parseTime(value);
      if (time === undefined || time > bound || time <= (best ?? -Infinity)) continue;
      best = time;
      bestSecond = new Date(time).toISOString().slice(0, 19);
    }
  }
  return best;
}

/** Times that only pass when something is alive: events, node heartbeats, lease renewals. */
function activityTimes(object: KubernetesObject): readonly unknown[] {
  switch (object.kind) {
    case 'Event':
      return [
        member(object, 'lastTimestamp'),
        member(object, 'firstTimestamp'),
        member(object, 'eventTime'),
        member(member(object, 'series'), 'lastObservedTime'),
      ];
    case 'Lease':
      return [member(member(object, 'spec'), 'renewTime')];
    case 'Node':
      return conditionTimes(object, ['lastHeartbeatTime']);
    default:
      return [];
  }
}

function allTimes(object: KubernetesObject): readonly unknown[] {
  const status = member(object, 'status');
  return [
    ...activityTimes(object),
    object.metadata.creationTimestamp,
    ...conditionTimes(object, ['lastTransitionTime', 'lastUpdateTime', 'lastProbeTime']),
    member(status, 'startTime'),
    member(status, 'completionTime'),
    member(status, 'lastScheduleTime'),
    ...['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap((list) =>
      elements(member(status, list)).flatMap(containerTimes),
    ),
  ];
}

function conditionTimes(object: KubernetesObject, fields: readonly string[]): readonly unknown[] {
  return elements(member(member(object, 'status'), 'conditions')).flatMap((condition) =>
    fields.map((field) => member(condition, field)),
  );
}

function containerTimes(status: unknown): readonly unknown[] {
  return [member(status, 'state'), member(status, 'lastState')].flatMap((state) => [
    member(member(state, 'running'), 'startedAt'),
    member(member(state, 'terminated'), 'startedAt'),
    member(member(state, 'terminated'), 'finishedAt'),
  ]);
}
