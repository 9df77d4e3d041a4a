import { ref, type Event, type KubernetesObject } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { eventContainer, eventCount, eventStart, eventTime, eventsNamed, eventsOf, timeOf } from './events.ts';
import { snapshotOf } from './snapshot-of.test.support.ts';

const pod: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'prod', name: 'api-1', uid: 'new' },
};

function event(name: string, rest: Partial<Event> & { readonly uid?: string } = {}): Event {
  const { uid, ...fields } = rest;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'prod', name, creationTimestamp: '2026-01-01T10:00:00Z' },
    type: 'Warning',
    reason: 'BackOff',
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'prod',
      name: 'api-1',
      ...(uid === undefined ? {} : { uid }),
    },
    ...fields,
  };
}

function names(events: readonly Event[]): readonly string[] {
  return events.map(({ metadata }) => metadata.name);
}

describe('timeOf', () => {
  it.each([
    ['2026-01-01T00:00:01Z', Date.UTC(2026, 0, 1, 0, 0, 1)],
    ['2026-01-01T00:00:01.500000Z', Date.UTC(2026, 0, 1, 0, 0, 1, 500)],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads %s', (text, time) => {
    expect(timeOf(text)).toBe(time);
  });
});

describe('event times and counts', () => {
  const created = '2026-01-01T10:00:00Z';
  const cases: readonly (readonly [string, Partial<Event>, string, string, number])[] = [
    ['kubelet', { firstTimestamp: 'a', lastTimestamp: 'b', count: 7 }, 'a', 'b', 7],
    ['scheduler', { eventTime: 'a' }, 'a', 'a', 1],
    ['series', { eventTime: 'a', series: { count: 5, lastObservedTime: 'c' } }, 'a', 'c', 5],
    [
      'series beside the old fields',
      { firstTimestamp: 'a', lastTimestamp: 'b', count: 1, series: { count: 9, lastObservedTime: 'c' } },
      'a',
      'c',
      9,
    ],
    ['only a first time', { firstTimestamp: 'a' }, 'a', 'a', 1],
    ['no time of its own', {}, created, created, 1],
  ];
  it.each(cases)('%s', (_, fields, start, last, count) => {
    const made = event('e', fields);
    expect([eventStart(made), eventTime(made), eventCount(made)]).toEqual([start, last, count]);
  });
});

describe('eventsOf', () => {
  it('gives the newest first and takes names in order where times are equal', () => {
    const snapshot = snapshotOf([
      event('b', { lastTimestamp: '2026-01-01T11:00:00Z' }),
      event('c', { lastTimestamp: '2026-01-01T11:30:00Z' }),
      event('a', { lastTimestamp: '2026-01-01T11:00:00Z' }),
      event('none'),
    ]);
    expect(names(eventsOf(snapshot, pod))).toEqual(['c', 'a', 'b', 'none']);
  });

  it.each([
    ['the same uid', 'new', true],
    ['another uid: an earlier pod of this name', 'old', false],
    ['no uid', undefined, true],
    ['an empty uid', '', true],
    ['the name in place of the uid, as kubelets do for nodes', 'api-1', true],
  ])('with %s', (_, uid, counts) => {
    const snapshot = snapshotOf([event('e', uid === undefined ? {} : { uid })]);
    expect(names(eventsOf(snapshot, pod))).toEqual(counts ? ['e'] : []);
    expect(names(eventsNamed(snapshot, ref('Pod', 'prod', 'api-1')))).toEqual(['e']);
  });

  it('keeps objects of other kinds, groups and namespaces apart', () => {
    const about = { name: 'api-1', namespace: 'prod' };
    const snapshot = snapshotOf([
      event('service', { involvedObject: { ...about, apiVersion: 'v1', kind: 'Service' } }),
      event('custom', { involvedObject: { ...about, apiVersion: 'example.dev/v1', kind: 'Pod' } }),
      event('elsewhere', { involvedObject: { ...about, apiVersion: 'v1', kind: 'Pod', namespace: 'test' } }),
      event('nothing', { involvedObject: {} }),
    ]);
    expect(eventsOf(snapshot, pod)).toEqual([]);
  });
});

describe('eventContainer', () => {
  it.each([
    ['spec.containers{api}', 'api'],
    ['spec.initContainers{migrate}', 'migrate'],
    ['spec.ephemeralContainers{debug}', 'debug'],
    ['spec.containers[0]', undefined],
    [undefined, undefined],
  ])('reads %s', (fieldPath, container) => {
    const involvedObject = { kind: 'Pod', name: 'api-1', ...(fieldPath === undefined ? {} : { fieldPath }) };
    expect(eventContainer(event('e', { involvedObject }))).toBe(container);
  });
});
