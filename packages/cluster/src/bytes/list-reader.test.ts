import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { project } from '../projection/project.ts';
import { readList, type ReadItem } from './list-reader.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const managedFields: Json = [
  {
    manager: 'kubectl',
    operation: 'Apply',
    time: '2025-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': { 'f:replicas': {} }, 'f:data': {} },
  },
  {
    manager: 'kubelet',
    subresource: 'status',
    time: '2025-01-02T00:00:00Z',
    fieldsV1: { 'f:status': { 'f:conditions': { 'k:{"type":"Ready"}': { 'f:status': {} } } } },
  },
];

const SAMPLES: readonly Json[] = [
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'p',
      namespace: 'n',
      uid: 'u',
      labels: { app: 'a', '': 'é' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"Pod"}\n', note: 'say "hi"' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'v', controller: true }],
      managedFields,
    },
    spec: {
      containers: [
        {
          name: 'c',
          image: 'i',
          env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: false } } }],
          ports: [{ containerPort: 80 }],
          resources: { limits: { cpu: '1' } },
          livenessProbe: { httpGet: { port: 'http', path: '/' }, periodSeconds: 10 },
        },
      ],
      volumes: [{ name: 'v', projected: { sources: [{ downwardAPI: { items: [] } }, {}] } }],
      terminationGracePeriodSeconds: 30,
    },
    status: {
      phase: 'Running',
      containerStatuses: [
        { name: 'c', ready: false, restartCount: 3, state: { waiting: { reason: 'X', message: 'a\tb' } }, image: 'i' },
      ],
    },
  },
  { apiVersion: 'v1', data: { k: 'dg==' }, kind: 'Secret', metadata: { name: 's', namespace: 'n' }, type: 'Opaque' },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    data: { k: 'v', l: 'x'.repeat(20_000) },
    metadata: { name: 'c', namespace: 'n' },
  },
  {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e', namespace: 'n' },
    involvedObject: { kind: 'Pod', name: 'p' },
    reason: 'R',
    message: 'm'.repeat(200),
    count: 2,
    lastTimestamp: '2025-01-01T00:00:00Z',
  },
  { apiVersion: 'x.io/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { a: [1, -2.5e3, { b: null }] } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', namespace: 'n', managedFields },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'a' } },
      template: { metadata: {}, spec: { containers: [] } },
    },
    status: { conditions: [{ type: 'Available', status: 'True' }], replicas: 2 },
  },
];

/** What the slow way makes of an item, or undefined where it has something to tell besides. */
function slowly(value: unknown): string | undefined {
  let drops = 0;
  const result = project(value, undefined, () => {
    drops += 1;
  });
  return drops === 0 && result.state === 'kept' ? JSON.stringify(result) : undefined;
}

/** Items as text beside what they have to be. */
function compared(items: readonly ReadItem[], parsed: readonly unknown[]): readonly [unknown, unknown] {
  return [
    items.map((item) => JSON.stringify(item.state === 'plain' ? item.value : item)),
    parsed.map((value, index) => (items[index]?.state === 'plain' ? JSON.stringify(value) : slowly(value))),
  ];
}

const read = (text: string): readonly ReadItem[] | undefined => readList(Buffer.from(text), 200)?.items;
const list = (items: string): string => `{"apiVersion":"v1","items":[${items}],"kind":"List","metadata":{}}`;

it.each<readonly [string, number | string | undefined]>([
  ['in one line', undefined],
  ['pretty', 4],
  ['with tabs', '\t'],
])('takes the fast way for plain objects, %s', (_name, space) => {
  const items = read(JSON.stringify({ kind: 'List', items: SAMPLES }, undefined, space)) ?? [];
  expect(items.map(({ state }) => state)).toEqual(['kept', 'kept', 'kept', 'kept', 'plain', 'kept']);
  const [actual, expected] = compared(items, SAMPLES);
  expect(actual).toEqual(expected);
});

const NAMES = [
  'name',
  'spec',
  'kind',
  'metadata',
  'labels',
  'data',
  'type',
  'f:spec',
  'manager',
  '__proto__',
  'x"y',
  'é',
];
const name = fc.constantFrom(...NAMES);
const { any } = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Json>(null, true, 0, -0, 1e21, 1.5, '', 'text', '"\\\n', 'ü', '\u2028', '\ud800'),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(name, tie('any'), { maxKeys: 3 }),
  ),
}));

/** Writes JSON in an unusual way: members in another order or twice, other things among them, escapes that nobody needs. */
function write(value: Json, choose: (most: number) => number, fill: () => Json): string {
  const odd = choose(60);
  if (odd === 0) return JSON.stringify(fill());
  if (typeof value === 'string') return quote(value, choose);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${(value as readonly Json[]).map((item) => write(item, choose, fill)).join(' , ')}]`;
  const members = Object.entries(value).map(([key, below]) => `${quote(key, choose)}:${write(below, choose, fill)}`);
  if (odd < 4) members.reverse();
  if (odd === 4) members.pop();
  if (odd > 4 && odd < 8) members.push(`"${NAMES[choose(8)] ?? ''}":${JSON.stringify(fill())}`);
  if (odd === 8) members.push(...members);
  return `{ ${members.join(',')}\n}`;
}

function quote(text: string, choose: (most: number) => number): string {
  if (choose(80) !== 0 || text === '') return JSON.stringify(text);
  return `"\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}${JSON.stringify(text.slice(1)).slice(1)}`;
}

describe('gives what the slow way gives', () => {
  it('for any JSON', () => {
    let kept = 0;
    let total = 0;
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(1_000_000)), fc.infiniteStream(any), (numbers, fills) => {
        const choose = (most: number): number => (numbers.next().value ?? 0) % most;
        const fill = (): Json => {
          const next: IteratorResult<Json, unknown> = fills.next();
          return next.done === true ? null : next.value;
        };
        const text = list(SAMPLES.map((sample) => write(sample, choose, fill)).join(','));
        const parsed: unknown = JSON.parse(text);
        const items = read(text);
        if (items === undefined || typeof parsed !== 'object' || parsed === null || !('items' in parsed)) return;
        const [actual, expected] = compared(items, parsed.items as readonly unknown[]);
        expect(actual).toEqual(expected);
        total += items.length;
        kept += items.filter(({ state }) => state === 'kept').length;
      }),
      { numRuns: 300 },
    );
    expect(kept / total).toBeGreaterThan(0.2);
    expect(kept / total).toBeLessThan(0.8);
  });

  it('and leaves alone what is broken', () => {
    const text = list(SAMPLES.map((sample) => JSON.stringify(sample)).join(','));
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.nat(3),
        fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '1', ' '),
        (at, length, put) => {
          const broken = text.slice(0, at) + put + text.slice(at + length);
          const items = read(broken);
          let parsed: unknown;
          try {
            parsed = JSON.parse(broken);
          } catch {
            return;
          }
          const values = (parsed as { readonly items?: readonly unknown[] }).items ?? [];
          const [actual, expected] = compared(items ?? [], items === undefined ? [] : values);
          expect(actual).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

it.each<readonly [string, string]>([
  ['no list', JSON.stringify(SAMPLES[0])],
  ['an empty list', list('')],
  ['a bare array', JSON.stringify(SAMPLES)],
  ['text behind the list', `${list('{}')} {}`],
  ['items twice', '{"items":[{}],"items":[{}]}'],
  ['a list that is cut off', list(JSON.stringify(SAMPLES[0])).slice(0, -30)],
  ['a missing comma', list('{} {}')],
  ['a comma too many', list('{},')],
  ['nesting beyond the limit', list(`{"a":${'['.repeat(198)}${']'.repeat(198)}}`)],
])('leaves to the slow way: %s', (_name, text) => {
  expect(read(text)).toBeUndefined();
});
