import { ref } from '@kroot/types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotFromObjects } from '../read-snapshot.ts';

function make(kind: string, namespace: string | undefined, name: string, body: object = {}): object {
  const apiVersion = kind === 'Widget' ? 'x.io/v1' : 'v1';
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, ...body };
}

describe('coverage of a list', () => {
  const two = [make('Secret', 'a', 's'), make('Secret', 'b', 's')];
  const services = [make('Service', 'a', 's'), make('Service', 'b', 's')];
  const cases: readonly (readonly [string, readonly object[], string, string | undefined, string])[] = [
    ['two namespaces: everywhere', two, 'Secret', 'c', 'complete'],
    ['two namespaces: the whole cluster', two, 'Secret', undefined, 'complete'],
    ['one namespace: there', two.slice(1), 'Secret', 'b', 'complete'],
    ['one namespace: elsewhere', two.slice(1), 'Secret', 'a', 'not-collected'],
    ['one namespace: the whole cluster', two.slice(1), 'Secret', undefined, 'partial'],
    ['two namespaces without the Service that every cluster has: there', services, 'Service', 'a', 'complete'],
    ['… elsewhere', services, 'Service', 'c', 'not-collected'],
    ['… with it: everywhere', [...services, make('Service', 'default', 'kubernetes')], 'Service', 'c', 'complete'],
    ['no object', two, 'ConfigMap', 'a', 'not-collected'],
    ['cluster-scoped', [make('Node', undefined, 'n')], 'Node', undefined, 'complete'],
    ['custom and cluster-scoped', [make('Widget', undefined, 'w')], 'Widget.x.io', undefined, 'complete'],
    [
      'namespaces that are all there',
      [...two, make('Namespace', undefined, 'a'), make('Namespace', undefined, 'b')],
      'Namespace',
      '',
      'complete',
    ],
    ['namespaces of which one is missing', [...two, make('Namespace', undefined, 'a')], 'Namespace', '', 'partial'],
  ];
  it.each(cases)('%s', (_name, objects, kind, namespace, state) => {
    const { coverage } = snapshotFromObjects(objects);
    expect(coverage.state(kind, namespace)).toBe(state);
    expect(coverage.gap(kind, namespace)?.state ?? 'complete').toBe(state);
  });
});

it('answers in three ways', () => {
  const snapshot = snapshotFromObjects([make('Secret', 'a', 's')], {
    coverage: [
      { ref: ref('ConfigMap', 'a', 'gone'), state: 'absent' },
      { kind: 'Pod', state: 'complete' },
      { kind: 'Pod', namespace: 'b', state: 'forbidden', reason: 'pods are forbidden in b' },
    ],
  });
  expect(snapshot.lookup(ref('Secret', 'a', 's'))).toMatchObject({
    state: 'present',
    object: { metadata: { name: 's' } },
  });
  expect(snapshot.lookup(ref('Secret', 'a', 't'))).toEqual({ state: 'absent' });
  expect(snapshot.lookup(ref('ConfigMap', 'a', 'gone'))).toEqual({ state: 'absent' });
  expect(snapshot.lookup(ref('ConfigMap', 'a', 'other'))).toEqual({
    state: 'unknown',
    gap: {
      kind: 'ConfigMap',
      namespace: 'a',
      state: 'not-collected',
      reason: 'the input holds no object of this kind',
    },
  });
  expect(snapshot.lookup(ref('Pod', 'a', 'p')).state).toBe('absent');
  expect(snapshot.lookup(ref('Pod', 'b', 'p'))).toMatchObject({
    gap: { state: 'forbidden', reason: 'pods are forbidden in b' },
  });
});

it('an empty typed list counts for everything only if it is the only list of its kind', () => {
  const empty = { apiVersion: 'v1', kind: 'SecretList', items: [] };
  const filled = { apiVersion: 'v1', kind: 'SecretList', items: [make('Secret', 'a', 's')] };
  expect(snapshotFromObjects([empty]).coverage.state('Secret', 'b')).toBe('complete');
  expect(snapshotFromObjects([empty, filled]).coverage.state('Secret', 'b')).toBe('not-collected');
  expect(snapshotFromObjects([filled, empty]).coverage.state('Secret', 'a')).toBe('complete');
});

it('sorts by code unit and never changes', () => {
  const snapshot = snapshotFromObjects(['b', 'B', 'a', '10', '9'].map((name) => make('Pod', 'n', name)));
  expect(snapshot.list('Pod').map((pod) => pod.metadata.name)).toEqual(['10', '9', 'B', 'a', 'b']);
  snapshot.now.setFullYear(1999);
  expect(snapshot.now.getTime()).toBe(0);
  expect(Object.isFrozen(snapshot.list('Pod'))).toBe(true);
});

it('shuffled objects give an identical snapshot', () => {
  const objects = ['a', 'b', 'c'].flatMap((namespace) =>
    ['x', 'y'].flatMap((name) => [
      make('Pod', namespace, name, { status: { startTime: `2025-01-0${namespace.charCodeAt(0) - 96}T00:00:00Z` } }),
      make('Widget', namespace, name),
      { apiVersion: 'v1', kind: 'Event', metadata: {}, involvedObject: { kind: 'Pod', namespace, name }, reason: name },
    ]),
  );
  const expected = serialise(objects);
  fc.assert(
    fc.property(fc.shuffledSubarray(objects, { minLength: objects.length }), (shuffled) => {
      expect(serialise(shuffled)).toBe(expected);
    }),
    { numRuns: 50 },
  );
});

describe('the moment of the capture', () => {
  const event = (lastTimestamp: string): object => ({ ...make('Event', 'n', 'e'), involvedObject: {}, lastTimestamp });
  const node = (conditions: readonly object[]): object => make('Node', undefined, 'n', { status: { conditions } });
  const started = (startedAt: string): object =>
    make('Pod', 'n', 'p', { status: { containerStatuses: [{ name: 'c', state: { running: { startedAt } } }] } });
  it.each<readonly [string, readonly object[], string]>([
    ['nothing known', [make('Pod', 'n', 'p')], '1970-01-01T00:00:00.000Z'],
    ['newest event', [event('2025-01-01T10:00:00Z'), started('2025-01-01T09:00:00Z')], '2025-01-01T10:00:00.000Z'],
    [
      'container within a day of it',
      [event('2025-01-01T10:00:00Z'), started('2025-01-01T11:00:00Z')],
      '2025-01-01T11:00:00.000Z',
    ],
    ['absurd container', [event('2025-01-01T10:00:00Z'), started('2099-01-01T11:00:00Z')], '2025-01-01T10:00:00.000Z'],
    ['no activity to compare with', [started('2099-01-01T11:00:00Z')], '2099-01-01T11:00:00.000Z'],
    [
      'heartbeat with fractions and offset',
      [node([{ type: 'Ready', status: 'True', lastHeartbeatTime: '2025-01-01T12:00:00.25+02:00' }])],
      '2025-01-01T10:00:00.250Z',
    ],
    ['no time at all', [event('yesterday')], '1970-01-01T00:00:00.000Z'],
  ])('%s', (_name, objects, expected) => {
    expect(snapshotFromObjects(objects).now.toISOString()).toBe(expected);
  });
});

function serialise(input: readonly object[]): string {
  const snapshot = snapshotFromObjects(input);
  const lists = snapshot.kinds().map((kind) => [kind, snapshot.list(kind), snapshot.coverage.state(kind)]);
  return JSON.stringify([snapshot.now, snapshot.size, snapshot.notices, lists]);
}
