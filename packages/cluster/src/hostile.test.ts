import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { InputError } from './errors.ts';
import { readSnapshot, snapshotFromObjects } from './read-snapshot.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-hostile-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function read(content: string | Uint8Array): Promise<string> {
  const path = join(folder, 'in');
  writeFileSync(path, content);
  try {
    return `${(await readSnapshot(path, { limits: { yamlNodes: 1000 } })).size} objects`;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return `${error.code} ${error.message.replace(path, 'in')}`;
  }
}

const deepYaml = Array.from({ length: 150 }, (_, depth) => `${' '.repeat(depth)}kind:`).join('\n');
const bomb = [
  'kind: &a [x,x,x,x,x,x,x,x,x,x]',
  ...['b', 'c', 'd', 'e'].map((name, index) => `${name}: &${name} [${`*${'abcd'.charAt(index)},`.repeat(10)}]`),
].join('\n');

const corpus: readonly (readonly [string, string | Uint8Array, string | RegExp])[] = [
  ['empty file', '', /^KROOT_INPUT_EMPTY in: the file is empty; /],
  ['white space', ' \n', /^KROOT_INPUT_EMPTY in: /],
  ['binary', Buffer.from([1, 2, 0, 3]), /^KROOT_INPUT_BINARY in: the file is binary/],
  [
    'a magic word alone',
    Buffer.concat([Buffer.alloc(257), Buffer.from('ustar')]),
    /^KROOT_INPUT_BINARY in: the file is binary/,
  ],
  ['damaged gzip', gzipSync('{}').subarray(0, 12), /^KROOT_INPUT_BINARY in: the gzip data is damaged or cut off/],
  [
    'gzip bomb',
    gzipSync(Buffer.alloc(64 * 1024 * 1024)),
    /^KROOT_INPUT_TOO_LARGE in: the gzip data expands to more than/,
  ],
  [
    'cut off in a string',
    '{"kind":"Secret","data":{"a":"c2Vjc',
    /^KROOT_INPUT_SYNTAX in:1:36: not valid JSON: the JSON is cut off; /,
  ],
  [
    'a stray word on line 3',
    '{\n "kind": "Pod",\n "x": secret-value }',
    /^KROOT_INPUT_SYNTAX in:3:7: not valid JSON: expected a value; /,
  ],
  [
    'text behind JSON',
    '{"kind":"Pod"} secret-value',
    /^KROOT_INPUT_SYNTAX in:1:16: not valid JSON: text where a JSON object/,
  ],
  ['crossed brackets', '{"items":[}]', /^KROOT_INPUT_SYNTAX in:1:11: /],
  [
    'a report of kroot',
    '{"schema_version":"1.2","tool":{"name":"kroot"}}',
    /^KROOT_INPUT_NOT_KUBERNETES in: the input is a report of kroot, not the objects that it is about \(kroot render prints it\); /,
  ],
  ['a number', '42', /^KROOT_INPUT_NOT_KUBERNETES in: the input holds no Kubernetes object; /],
  ['a list of numbers', '[1,2]', /^KROOT_INPUT_NOT_KUBERNETES in: the input is a list of things/],
  [
    'items that are no list',
    '{"kind":"List","items":7}',
    /^KROOT_INPUT_NOT_KUBERNETES in: the input is a list whose items/,
  ],
  [
    'an error answer',
    '{"kind":"Status","reason":"Forbidden"}',
    /in: the input is an error answer of the API server \(reason Forbidden\)/,
  ],
  ['a table', '{"kind":"Table","rows":[]}', /in: the input is a table for display/],
  ['10^6 brackets', '['.repeat(1e6), /^KROOT_INPUT_TOO_DEEP in:1:201: nested deeper than 200 levels; /],
  [
    '10^5 brackets in YAML',
    `kind: ${'['.repeat(1e5)}`,
    /^KROOT_INPUT_TOO_DEEP in:1:1: nested deeper than 100 levels; /,
  ],
  ['deep YAML blocks', deepYaml, /^KROOT_INPUT_TOO_DEEP in:1:1: /],
  ['deep YAML sequences', `kind: x\nitems:\n${'- '.repeat(200)}x`, /^KROOT_INPUT_TOO_DEEP in:1:1: /],
  ['YAML alias bomb', bomb, /^KROOT_INPUT_(?:TOO_LARGE|SYNTAX) in:1:1: .*aliases that /],
  ['YAML cycle', '---\nkind: &a [*a]', /^KROOT_INPUT_TOO_LARGE in:1:1: aliases that /],
  [
    'broken YAML',
    'kind: Pod\nmetadata: {name: [secret-value}',
    /^KROOT_INPUT_SYNTAX in:2:\d+: not valid YAML: [a-z ,]+; /,
  ],
  [
    'YAML with an unknown alias',
    'kind: Pod\nspec: *secret-value',
    /^KROOT_INPUT_SYNTAX in:1:1: not valid YAML: aliases that cannot be resolved/,
  ],
];

it.each(corpus)('%s', async (_name, content, expected) => {
  const outcome = await read(content);
  expect(outcome).toMatch(expected);
  expect(outcome).not.toMatch(/\n|secret-value|c2Vjc/);
});

it('names what cannot be opened', async () => {
  mkdirSync(join(folder, 'nothing'));
  await expect(readSnapshot(join(folder, 'gone'))).rejects.toThrow(/gone: no such file or folder; check the path$/);
  await expect(readSnapshot(join(folder, 'nothing'))).rejects.toThrow(
    /nothing: it holds no file with Kubernetes objects; name a folder/,
  );
  writeFileSync(join(folder, 'big'), 'x'.repeat(100));
  await expect(readSnapshot(join(folder, 'big'), { limits: { fileBytes: 99 } })).rejects.toThrow(
    /larger than 99 bytes/,
  );
});

it('keys such as __proto__ are plain data', () => {
  const data: unknown = JSON.parse('{"__proto__":"a","constructor":"b"}');
  const spec: unknown = JSON.parse('{"__proto__":{"polluted":1}}');
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: '__proto__', namespace: 'constructor', labels: data },
      data,
    },
    {
      apiVersion: 'x.io/v1',
      kind: 'Thing',
      metadata: { name: 'toString' },
      spec,
    },
  ];
  const snapshot = snapshotFromObjects(objects);
  const [map] = snapshot.list('ConfigMap', 'constructor');
  expect(map?.dataKeys).toEqual(['__proto__', 'constructor']);
  expect(Object.entries(map?.metadata.labels ?? {})).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
  expect(JSON.stringify(snapshot.list('Thing.x.io')[0]?.spec)).toBe('{"__proto__":{"polluted":1}}');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

it('cyclic owners and cyclic objects in memory end', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u' };
  const spec: Record<string, unknown> = {};
  spec['a'] = spec['b'] = spec;
  const snapshot = snapshotFromObjects([
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', uid: 'u', ownerReferences: [owner] } },
    { apiVersion: 'x.io/v1', kind: 'Loop', metadata: { name: 'l' }, spec },
  ]);
  expect(snapshot.byUid('u')?.metadata.ownerReferences).toEqual([owner]);
  expect(snapshot.list('Loop.x.io')).toEqual([{ apiVersion: 'x.io/v1', kind: 'Loop', metadata: { name: 'l' } }]);
});

it('any bytes give a snapshot or an InputError', async () => {
  const jsonish = fc.string({
    unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', 'kind', 'items', '\\', '1', ' ', '\n', '---'),
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(jsonish, fc.string(), fc.uint8Array()), async (content) => {
      expect(await read(content)).toMatch(/objects|KROOT_INPUT_/);
    }),
    { numRuns: 300 },
  );
});
