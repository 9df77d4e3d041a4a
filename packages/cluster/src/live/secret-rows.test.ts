import { type Json } from '@kroot/faultd';
import { expect, it, vi } from 'vitest';
import { collect, make } from './fake-cluster.test.support.ts';

const CANARY = 'c4n4ry-5up3r-53cr3t';
const ENCODED = Buffer.from(CANARY).toString('base64');

function secret(name: string, managedFields: unknown, data: Json): Json {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      name,
      namespace: 'a',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ stringData: { password: CANARY } }),
        'backup.example.com/copy': `copy of ${CANARY}`,
        'meta.helm.sh/release-name': 'shop',
      },
      managedFields,
    },
    data,
  };
}

function owned(fields: Json): Json {
  return { manager: 'm', operation: 'Update', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1: fields };
}

const two = { user: ENCODED, password: ENCODED };
const objects = [
  make('Namespace', undefined, 'a'),
  secret('plain', [owned({ 'f:data': { '.': {}, 'f:user': {}, 'f:password': {} }, 'f:type': {} })], two),
  secret('shared', [owned({ 'f:data': { 'f:user': {} } }), owned({ 'f:stringData': { 'f:password': {} } })], two),
  secret('unowned', [owned({ 'f:data': { 'f:user': {} } })], two),
  secret('untracked', undefined, two),
  secret('empty', undefined, {}),
  secret('odd', [owned({ 'f:data': { 'f:__proto__': {}, 'f:constructor': {} } })], {
    ['__proto__']: 'x',
    constructor: 'y',
  }),
];

it('key names are known where the number of keys proves them', async () => {
  const { snapshot } = await collect({ objects });
  const known = Object.fromEntries(snapshot.list('Secret').map(({ metadata, dataKeys }) => [metadata.name, dataKeys]));
  expect(known).toEqual({
    plain: ['password', 'user'],
    shared: ['password', 'user'],
    unowned: undefined,
    untracked: undefined,
    empty: [],
    odd: ['__proto__', 'constructor'],
  });
  expect(snapshot.list('Secret')[0]).toMatchObject({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' });
  expect(snapshot.coverage.state('Secret')).toBe('complete');
});

it('no value becomes a string, not even for a moment', async () => {
  const strings: string[] = [];
  const original = Reflect.get(Buffer.prototype, 'toString') as (...given: unknown[]) => string;
  const spy = vi.spyOn(Buffer.prototype, 'toString').mockImplementation(function (this: Buffer, ...given: unknown[]) {
    const made = original.apply(this, given);
    strings.push(made);
    return made;
  });
  const collected = await collect(
    { objects },
    { wanted: [{ group: '', kind: 'Secret', namespace: 'a', name: 'plain' }] },
  );
  spy.mockRestore();
  // Everything that is made of an answer goes through here: the names did.
  expect(strings.some((text) => text.includes('untracked'))).toBe(true);
  const everything = `${strings.join('\n')}\n${JSON.stringify(collected)}`;
  for (const word of [CANARY, ENCODED, ENCODED.replaceAll('=', ''), encodeURIComponent(CANARY)])
    expect(everything).not.toContain(word);
  expect(JSON.stringify(collected.snapshot.list('Secret'))).toContain('meta.helm.sh/release-name');
});
