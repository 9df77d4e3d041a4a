import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ref } from '@kroot/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LARGE_FILE } from './limits.ts';
import { readSnapshot } from './read-snapshot.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-cluster-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const pod = (name: string, namespace = 'prod') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: { containers: [{ name: 'c' }] },
});
const list = { apiVersion: 'v1', kind: 'List', items: [pod('a'), pod('b')] };
const typedList = {
  apiVersion: 'v1',
  kind: 'PodList',
  items: [pod('a'), pod('b')].map(({ metadata, spec }) => ({ metadata, spec })),
};
const yamlPod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: prod}\nspec:\n  containers: [{name: c}]\n`;
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
const json = JSON.stringify(list);

describe('formats, by content', () => {
  const cases: readonly (readonly [string, string | Uint8Array])[] = [
    ['JSON List', json],
    ['pretty JSON List', JSON.stringify(list, undefined, 4)],
    ['typed JSON list without item types', JSON.stringify(typedList)],
    ['bare array', JSON.stringify(list.items)],
    ['lists in an array', JSON.stringify([list])],
    ['concatenated JSON', list.items.map((item) => JSON.stringify(item)).join('')],
    ['JSON lines', list.items.map((item) => JSON.stringify(item)).join('\n')],
    ['JSON with document markers', list.items.map((item) => `${JSON.stringify(item)}\n`).join('---\n')],
    ['YAML stream with empty documents', `---\n# nothing\n---\n${yamlPod('a')}---\n\n--- # next\n${yamlPod('b')}...\n`],
    ['YAML stream that begins with JSON', `${JSON.stringify(pod('a'))}\n---\n${yamlPod('b')}`],
    ['YAML List', `apiVersion: v1\nkind: List\nitems:\n- ${JSON.stringify(pod('a'))}\n- ${JSON.stringify(pod('b'))}\n`],
    ['UTF-8 with byte order mark', `\uFEFF${json}`],
    ['UTF-16LE', utf16(json)],
    ['UTF-16BE', utf16(json).swap16()],
    ['gzip', gzipSync(json)],
    ['gzip of YAML', gzipSync(`${yamlPod('a')}---\n${yamlPod('b')}`)],
  ];

  it.each(cases)('%s', async (_name, content) => {
    const snapshot = await readSnapshot(file('input', content));
    expect(snapshot.list('Pod').map((item) => item.metadata.name)).toEqual(['a', 'b']);
    expect(snapshot.list('Pod')[0]).toEqual(pod('a'));
    expect(snapshot.notices).toEqual([]);
  });

  it('standard input, several files, and a folder merge', async () => {
    file('many/x.json', JSON.stringify(pod('x')));
    file('many/deep/y.txt', yamlPod('y'));
    file('many/.hidden.json', JSON.stringify(pod('hidden')));
    symlinkSync(file('elsewhere.json', JSON.stringify(pod('linked'))), join(folder, 'many/link.json'));
    const inputs = ['-', join(folder, 'many'), file('z.json', JSON.stringify(pod('z')))];
    const snapshot = await readSnapshot(inputs, { stdin: stdin() });
    expect(snapshot.list('Pod').map((item) => item.metadata.name)).toEqual(['a', 'b', 'x', 'y', 'z']);
    expect(snapshot.source).toEqual({ type: 'file', name: ['standard input', ...inputs.slice(1)].join(', ') });
  });

  it('an explicitly empty list proves that there is nothing', async () => {
    const empty = await readSnapshot(file('e.json', '{"kind":"SecretList","apiVersion":"v1","items":[]}'));
    expect(empty.lookup(ref('Secret', 'prod', 'x')).state).toBe('absent');
    const nothing = await readSnapshot(file('n.json', '{"kind":"List","apiVersion":"v1","items":null}'));
    expect(nothing.lookup(ref('Secret', 'prod', 'x')).state).toBe('unknown');
  });

  it('one page of a longer list proves nothing', async () => {
    const page = { ...list, metadata: { continue: 'token' } };
    const snapshot = await readSnapshot(file('p.json', JSON.stringify(page)));
    expect(snapshot.lookup(ref('Pod', 'prod', 'x'))).toMatchObject({
      gap: { reason: 'the input holds one page of a longer list' },
    });
  });

  it.each<[string, object, object, string]>([
    ['somebody wrote', {}, {}, 'unknown'],
    ['a server answered', { uid: 'u' }, {}, 'absent'],
    ['was cleaned of what a server adds, but for the status', {}, { status: { phase: 'Running' } }, 'absent'],
  ])('a List that %s', async (_, metadata, more, state) => {
    const written = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'prod', ...metadata }, ...more };
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [written] });
    for (const padding of ['', ' '.repeat(LARGE_FILE)]) {
      // oxlint-disable-next-line no-await-in-loop -- the file is the same
      const snapshot = await readSnapshot(file('w.json', text + padding));
      expect(snapshot.lookup(ref('Pod', 'prod', 'x')).state).toBe(state);
    }
  });

  it('takes the time from the list, which an option overrides', async () => {
    const path = file(
      't.json',
      JSON.stringify({ ...list, metadata: { annotations: { 'captured-at': '2025-01-09T19:14:48Z' } } }),
    );
    const snapshot = await readSnapshot(path);
    expect(snapshot.now.toISOString()).toBe('2025-01-09T19:14:48.000Z');
    expect(snapshot.source.capturedAt).toBe('2025-01-09T19:14:48.000Z');
    expect((await readSnapshot(path, { now: new Date(5) })).now.getTime()).toBe(5);
  });
});

it('a large list is read as a small one', async () => {
  const items = [
    pod('a'),
    { kind: 'Pod', apiVersion: 'v1' },
    { kind: 'SecretList', apiVersion: 'v1', items: [] },
    { apiVersion: 'x.io/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { a: 1 } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' }, spec: { hostNetwork: 'yes' } },
  ];
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const path = file('size.json', text);
  const small = await readSnapshot(path);
  file('size.json', text + ' '.repeat(LARGE_FILE));
  const large = await readSnapshot(path);
  expect(large.kinds().map((kind) => large.list(kind))).toEqual(small.kinds().map((kind) => small.list(kind)));
  expect(large.notices).toEqual(small.notices);
  expect(large.notices.length).toBe(3);
  for (const kind of ['Pod', 'Secret', 'Widget.x.io', 'ConfigMap'])
    expect(large.coverage.gap(kind)).toEqual(small.coverage.gap(kind));
});

describe('odd parts among good ones', () => {
  it('fields and namespaces', async () => {
    const items = [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [], hostNetwork: 'yes' } },
    ];
    const path = file('f.json', JSON.stringify({ kind: 'List', items }));
    expect((await readSnapshot(path)).notices).toEqual([
      '1 object states no namespace: read as in namespace default',
      `1 field with an unusable value left out (first: Pod/default/a, hostNetwork in ${path})`,
    ]);
  });

  it('a file of a folder', async () => {
    file('mixed/bad.json', '{"kind": ');
    file('mixed/good.json', json);
    file('mixed/run.log', 'starting up\n');
    const snapshot = await readSnapshot(join(folder, 'mixed'));
    expect(snapshot.size).toBe(2);
    const [foreign, broken, ...others] = snapshot.notices;
    expect(foreign).toBe(
      `${folder}/mixed: 1 file holds no Kubernetes objects: skipped (first: ${folder}/mixed/run.log)`,
    );
    expect(broken).toMatch(/bad\.json:1:10: not valid JSON: the JSON is cut off; .* \(file skipped\)$/);
    expect(others).toEqual([]);
  });

  it('a document of a stream', async () => {
    const snapshot = await readSnapshot(file('s.yaml', `replicas: 2\n---\n${yamlPod('a')}`));
    expect(snapshot.notices).toEqual([`${join(folder, 's.yaml')}: document 1 holds no Kubernetes object: skipped`]);
  });

  it('an object of a list, whose kind is no longer complete', async () => {
    const items = [pod('a'), null, { kind: 'Pod', apiVersion: 'v1' }, { metadata: { name: 'x' } }];
    const snapshot = await readSnapshot(file('o.json', JSON.stringify({ kind: 'List', items })));
    const path = join(folder, 'o.json');
    expect(snapshot.notices).toEqual([
      `${path}: object 2 is no object: skipped`,
      `${path}: object 3 (Pod) has no usable metadata.name: skipped`,
      `${path}: object 4 has no usable kind: skipped`,
    ]);
    expect(snapshot.coverage.state('Pod', 'prod')).toBe('partial');
  });

  it('an object that is there twice', async () => {
    const changed = { ...pod('a'), spec: { containers: [], nodeName: 'n1' } };
    const path = file('d.json', JSON.stringify({ kind: 'List', items: [pod('a'), pod('a'), changed] }));
    const snapshot = await readSnapshot(path);
    expect(snapshot.list('Pod')).toEqual([changed]);
    expect(snapshot.notices).toEqual([
      `${path}: Pod/prod/a is in the input twice with different content: the later one is used`,
    ]);
  });

  it('two clusters', async () => {
    const of = (uid: string): string =>
      JSON.stringify({
        kind: 'List',
        items: [{ kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'kube-system', uid } }],
      });
    const [one, same, other] = [file('one.json', of('a')), file('same.json', of('a')), file('other.json', of('b'))];
    expect((await readSnapshot([one, same])).notices).toEqual([]);
    await expect(readSnapshot([one, other])).rejects.toThrow(
      `${other}: it is of another cluster than what was read before (namespace kube-system has another uid); diagnose them one by one; kroot diff compares two`,
    );
  });
});

async function* stdin() {
  yield Buffer.from(json.slice(0, 40));
  yield Buffer.from(json.slice(40));
}
