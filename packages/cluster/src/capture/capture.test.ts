import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { builtinKind, BUILTIN_KINDS, type KubernetesObject, type Snapshot } from '@kroot/types';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CollectedParts } from '../live/collect-types.ts';
import { readSnapshot, snapshotFromObjects } from '../read-snapshot.ts';
import { type CoverageStatement } from '../snapshot/statement.ts';
import { captureSnapshot, toCapture, type Capture } from './capture.ts';
import { writeCapture } from './write-capture.ts';

const root = join(import.meta.dirname, '../../../..');
const incidents = join(root, 'fixtures/incidents');
let folder = '';
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-capture-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const fresh = (): string => join(folder, `${(files += 1)}.kroot.jsonl.gz`);

function objectsOf(snapshot: Snapshot): readonly KubernetesObject[] {
  return snapshot.kinds().flatMap((kind) => snapshot.list(kind));
}

/** What a collection would have given for the objects of a snapshot. */
function collected(snapshot: Snapshot, coverage: readonly CoverageStatement[] = []): Capture {
  const source = { type: 'live', name: 'prod-eu1', serverVersion: 'v1.34.2' } as const;
  const parts: CollectedParts = { source, objects: objectsOf(snapshot), coverage, notices: ['the clock differs'] };
  return toCapture({ ...parts, snapshot }, 'kroot 1.2.3');
}

async function reread(capture: Capture): Promise<Snapshot> {
  const file = fresh();
  await writeCapture(file, capture);
  return readSnapshot(file);
}

/** Everything that a diagnosis can ask a snapshot. */
function contents(snapshot: Snapshot): unknown {
  const { now, source, notices, size, coverage } = snapshot;
  const namespaces = [undefined, 'shop', 'prod', 'kube-system', 'nowhere'];
  const kinds = [...BUILTIN_KINDS.map(({ kind }) => kind), 'Widget.example.com', ...snapshot.kinds()];
  const gaps = kinds.flatMap((kind) => namespaces.map((namespace) => coverage.gap(kind, namespace) ?? null));
  return JSON.stringify({ now, source, notices, size, gaps, objects: objectsOf(snapshot) });
}

const STATES: readonly CoverageStatement[] = [
  { kind: 'Pod', state: 'complete' },
  { kind: 'Secret', state: 'forbidden', reason: 'user "viewer" may not list secrets' },
  { kind: 'Secret', namespace: 'shop', state: 'complete' },
  { kind: 'Widget.example.com', state: 'api-absent', reason: 'not served' },
  { ref: { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'gone' }, state: 'absent' },
  { ref: { group: 'example.com', kind: 'Widget', name: 'w' }, state: 'absent' },
];

const inputs = [
  join(root, 'examples/broken-shop/cluster'),
  ...readdirSync(incidents, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readdirSync(join(incidents, name)).map((file) => join(incidents, name, file)))
    .flatMap((paths) => paths.filter((path) => /\/(?:cluster|context)\.json$/.test(path))),
];

it('a capture in a folder or an archive is as one by itself', async () => {
  const file = fresh();
  await writeCapture(file, collected(await readSnapshot(join(root, 'examples/broken-shop/cluster')), STATES));
  const packing = pack();
  packing.entry({ name: 'ticket/notes.txt' }, 'it is broken');
  packing.entry({ name: 'ticket/shop.kroot.jsonl.gz' }, readFileSync(file));
  packing.finalize();
  const archive = join(folder, 'ticket.tar');
  await pipeline(packing, createWriteStream(archive));
  const inArchive = await readSnapshot(archive);
  const notices = inArchive.notices.filter((notice) => !notice.includes('notes.txt'));
  expect(inArchive.notices).toHaveLength(notices.length + 1);
  expect(contents({ ...inArchive, notices })).toBe(contents(await readSnapshot(file)));
});

describe('a capture and the file of it give the same snapshot', () => {
  it.each(inputs.map((input) => [input.slice(root.length + 1), input]))('%s', async (_name, input) => {
    const capture = collected(await readSnapshot(input), STATES);
    const direct = captureSnapshot(capture);
    expect(contents(await reread(capture))).toBe(contents(direct));
    expect(direct.size).toBeGreaterThan(0);
  });

  it('with every odd thing that objects can hold', async () => {
    const meta = { namespace: 'shop', uid: 'u', labels: { constructor: 'x', 10: 'a', 9: 'b' } };
    const snapshot = snapshotFromObjects([
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...meta, name: 'keys' },
        type: 'Opaque',
        data: { __proto__x: 'eA==' },
      },
      JSON.parse(
        '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"proto"},"type":"x","data":{"__proto__":"eA=="}}',
      ),
      { apiVersion: 'v1', kind: 'Secret', metadata: { ...meta, name: 'bare' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { ...meta, name: 'empty' }, type: 'Opaque' },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...meta, name: 'c' },
        data: { long: 'x'.repeat(20_000), short: 'y' },
        binaryData: { b: 'AA==' },
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...meta, name: 'd' } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: {
          ...meta,
          name: 'web',
          managedFields: [
            {
              manager: 'kubectl',
              operation: 'Update',
              time: '2026-01-01T00:00:00Z',
              fieldsV1: {
                'f:metadata': { 'f:annotations': { 'f:a.b/c': {} } },
                'f:spec': { 'f:template': {} },
                'f:x.y': {},
              },
            },
            { manager: 'controller', subresource: 'status', fieldsV1: { 'f:status': {} } },
          ],
        },
        spec: { template: { spec: { containers: [] } } },
      },
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...meta, name: 'never', managedFields: [] } },
      { apiVersion: 'v1', kind: 'Event', metadata: { ...meta, name: 'e' }, involvedObject: {}, message: 'cut \ud83d' },
      {
        apiVersion: 'example.com/v1',
        kind: 'Widget',
        metadata: { name: 'w' },
        spec: { deep: [{ a: null, b: 1e21 }] },
        status: { conditions: [{ type: 'Ready' }] },
      },
      { apiVersion: 'crd.projectcalico.org/v1', kind: 'NetworkPolicy', metadata: { ...meta, name: 'calico' } },
    ]);
    const capture = collected(snapshot, STATES);
    const direct = captureSnapshot(capture);
    const again = await reread(capture);
    expect(contents(again)).toBe(contents(direct));
    expect(objectsOf(direct)).toEqual(objectsOf(snapshot));
    expect(again.lookup({ group: '', kind: 'ConfigMap', namespace: 'shop', name: 'gone' }).state).toBe('absent');
    expect(again.lookup({ group: 'example.com', kind: 'Widget', name: 'w' }).state).toBe('present');
  });

  it('and Secrets and ConfigMaps whose keys nobody knows', async () => {
    const objects = [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'shop' }, type: 'Opaque' },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' } },
      { apiVersion: 'example.com/v1', kind: 'ConfigMap', metadata: { name: 'other', namespace: 'shop' } },
    ];
    const source = { type: 'live', name: 'prod-eu1' } as const;
    const snapshot = snapshotFromObjects([]);
    const capture = toCapture({ source, objects, coverage: [], notices: [], snapshot }, 'kroot 1.2.3');
    const again = await reread(capture);
    expect(contents(again)).toBe(contents(captureSnapshot(capture)));
    expect(again.list('Secret')).toEqual([objects[0]]);
  });

  it('and more notices than a reader would print', async () => {
    const capture = collected(snapshotFromObjects([]));
    const notices = Array.from({ length: 50 }, (_, index) => `notice ${index}`);
    const many = { ...capture, manifest: { ...capture.manifest, notices } };
    expect((await reread(many)).notices).toEqual(notices);
  });

  it('read after read', async () => {
    const first = captureSnapshot(collected(await readSnapshot(inputs[0] ?? ''), STATES));
    const second = await reread(collected(first, STATES));
    expect(objectsOf(second)).toEqual(objectsOf(first));
  });
});

describe('the file', () => {
  const capture = (): Capture =>
    collected(
      snapshotFromObjects([
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'shop' }, spec: { containers: [] } },
      ]),
      STATES,
    );
  const linesOf = (file: string): string => gunzipSync(readFileSync(file)).toString();

  it('is JSON lines: the manifest, then objects as the API has them; the same for the same capture', async () => {
    const [one, two] = [fresh(), fresh()];
    await writeCapture(one, capture());
    await writeCapture(two, capture());
    const [head = '', ...objects] = linesOf(one).trimEnd().split('\n');
    expect(JSON.parse(head)).toMatchObject({ schema: 'kroot-capture/1', tool: 'kroot 1.2.3', objects: 1 });
    expect(objects.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { kind: 'Pod', metadata: { name: 'api' } },
    ]);
    expect(readFileSync(one)).toEqual(readFileSync(two));
  });

  it('is for its owner only, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const file = fresh();
      await writeCapture(file, capture());
      expect(statSync(file).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  it('never takes the place of another one unless told to, and then as a whole', async () => {
    const file = fresh();
    writeFileSync(file, 'precious', { mode: 0o644 });
    await expect(writeCapture(file, capture())).rejects.toThrow(
      `${file} exists already; remove it or name another file`,
    );
    expect(readFileSync(file, 'utf8')).toBe('precious');
    await writeCapture(file, capture(), { force: true });
    expect((await readSnapshot(file)).size).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it.each([false, true])('never goes through a link (force: %s)', async (force) => {
    const [target, link] = [fresh(), fresh()];
    symlinkSync(target, link);
    await expect(writeCapture(link, capture(), { force })).rejects.toThrow(link);
    expect(existsSync(target)).toBe(false);
  });

  it.each([
    ['missing/x.gz', 'its folder does not exist; name another file with -o'],
    ['.', 'exists already'],
  ])('%s cannot be written', async (name, problem) => {
    await expect(writeCapture(join(folder, name), capture())).rejects.toThrow(problem);
  });

  it('that was cut off is not taken for a whole one', async () => {
    const file = fresh();
    await writeCapture(file, capture());
    const [head = ''] = linesOf(file).split('\n');
    writeFileSync(file, gzipSync(head));
    await expect(readSnapshot(file)).rejects.toThrow(
      'the capture is cut off: it holds 0 of 1 objects; copy the file again',
    );
  });

  it.each([
    [{ schema: 'kroot-capture/9' }, 'is a capture of another version of kroot'],
    [{ now: 'yesterday' }, 'without a usable first line'],
    [{ source: null }, 'without a usable first line'],
    [{ objects: '1' }, 'without a usable first line'],
    [{ coverage: [{ kind: 'Pod', state: 'sure' }] }, 'does not say clearly what it holds'],
    [{ coverage: [7] }, 'does not say clearly what it holds'],
    [{ coverage: [{ ref: 'Secret', state: 'absent' }] }, 'does not say clearly what it holds'],
  ])('with %j in its first line is refused', async (change, problem) => {
    const file = fresh();
    writeFileSync(file, JSON.stringify({ ...capture().manifest, objects: 0, coverage: [], ...change }));
    await expect(readSnapshot(file)).rejects.toThrow(problem);
  });

  it('keeps its manifest and statements beside other files, under their names', async () => {
    const [file, other] = [fresh(), fresh()];
    await writeCapture(file, capture());
    writeFileSync(other, '{"apiVersion":"v1","kind":"Node","metadata":{"name":"w1"}}');
    const both = await readSnapshot([file, other]);
    expect(both.source).toMatchObject({ type: 'file', name: `${file}, ${other}` });
    expect(both.notices).toEqual(['the clock differs']);
    expect(both.coverage.state('Pod', 'shop')).toBe('complete');
    expect(both.kinds()).toEqual(['Node', 'Pod']);
    expect(builtinKind('Node')?.namespaced).toBe(false);
  });

  it('may be damaged in any way without doing harm', async () => {
    const bytes = linesOf(await written(capture()));
    const errors: unknown[] = [];
    for (let at = 0; at < bytes.length; at += 7) {
      const file = fresh();
      writeFileSync(file, `${bytes.slice(0, at)}\u0000${bytes.slice(at + 3)}`);
      // oxlint-disable-next-line no-await-in-loop -- one file at a time
      errors.push(await readSnapshot(file).catch((cause: unknown) => cause));
    }
    expect(errors.filter((error) => error instanceof Error && error.name !== 'InputError')).toEqual([]);
  });
});

async function written(capture: Capture): Promise<string> {
  const file = fresh();
  await writeCapture(file, capture);
  return file;
}
