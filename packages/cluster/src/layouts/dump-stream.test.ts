import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTAINER_LOG_KIND } from '@kroot/types';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../limits.ts';
import { type ParcelContent } from '../parcel.ts';
import { readSnapshot } from '../read-snapshot.ts';
import { beginsLikeDump, isDump, readDump } from './dump-stream.ts';

const list = (kind: string, ...items: readonly object[]): string =>
  `${JSON.stringify({ kind: `${kind}List`, apiVersion: 'v1', metadata: {}, items }, null, 4)}\n`;
const pod = (name: string, namespace = 'shop'): object => ({ metadata: { name, namespace }, spec: { containers: [] } });
const log = (container: string, text: string): string =>
  `==== START logs for container ${container} of pod shop/api ====\n${text}==== END logs for container ${container} of pod shop/api ====\n`;
/** A log that prints what looks like marks and lists. */
const tricky = [
  '==== START logs for container other of pod shop/evil ====',
  '==== END logs for container other of pod shop/evil ====',
  list('Pod', pod('evil')).trimEnd(),
  'the end, without line break',
].join('\n');

const dump = [
  list('Node', { metadata: { name: 'n1' } }),
  list('Event'),
  list('Pod', pod('api')),
  log('api', tricky),
  log('side', ''),
  list('Service'),
  list('Pod', pod('web', 'front')),
].join('');

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Bytes of buffers that somebody holds. */
function held(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return process.memoryUsage().arrayBuffers;
}

const options = { file: 'x', limits: DEFAULT_LIMITS, logs: true };

function told(content: ParcelContent | Uint8Array): unknown {
  if (content instanceof Uint8Array || content.type !== 'dump') return content;
  const names = content.batches.flatMap(({ items }) =>
    items.map(({ result }) => (result.state === 'kept' ? result.object.metadata.name : '?')),
  );
  return { names, logs: content.logs.map(({ spec }) => [spec.pod, spec.container, spec.lines]) };
}

describe('the output of kubectl cluster-info dump', () => {
  const expected = {
    names: ['n1', 'api', 'web'],
    logs: [
      [
        'api',
        'api',
        tricky
          .split('\n')
          .map((line) => line.trimEnd())
          .slice(-40),
      ],
      ['api', 'side', []],
    ],
  };

  it('is read the same, however the bytes come in; what a log prints is no list and no mark', async () => {
    const bytes = Buffer.from(dump);
    expect(told(await readDump([bytes], options))).toEqual(expected);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), async (size) => {
        expect(told(await readDump(pieces(bytes, size), options))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps of hundreds of megabytes of logs only their ends', async () => {
    const line = Buffer.from(`${'all is well, '.repeat(7)}\n`.repeat(10_000));
    let most = 0;
    function* chunks(): Generator<Uint8Array> {
      yield Buffer.from(list('Node'));
      for (let round = 0; round < 3; round += 1) {
        yield Buffer.from(`==== START logs for container c${round} of pod shop/api ====\n`);
        for (let count = 0; count < 100; count += 1) yield line;
        yield Buffer.from(`last words\n==== END logs for container c${round} of pod shop/api ====\n`);
        most = Math.max(most, held());
      }
    }
    const before = held();
    const content = await readDump(chunks(), options);
    const last =
      content instanceof Uint8Array || content.type !== 'dump' ? [] : content.logs.map(({ spec }) => spec.lines.at(-1));
    expect(last).toEqual(['last words', 'last words', 'last words']);
    expect((most - before) / 2 ** 20).toBeLessThan(64);
  });

  it.each<[string, string, string]>([
    [
      'that is cut off within a list',
      dump.slice(0, dump.lastIndexOf('"web"')),
      'the dump is cut off, or something else was written into it; dump the cluster again',
    ],
    [
      'with other text in it',
      dump.replace(log('side', ''), `error: connection lost\n${log('side', '')}`),
      'the dump is cut off, or something else',
    ],
    [
      'that does not begin with the nodes',
      list('Node').replace('NodeList', 'PodList') + log('a', 'x\n'),
      'it does not begin with the nodes',
    ],
  ])('%s: one error', async (_, text, message) => {
    await expect(readDump([Buffer.from(text)], options)).rejects.toThrow(message);
  });

  it('that is cut off within a log ends there', async () => {
    const content = await readDump([Buffer.from(dump.slice(0, dump.indexOf('the end')))], options);
    expect(told(content)).toMatchObject({ names: ['n1', 'api'], logs: [['api', 'api', expect.anything()]] });
  });

  it('without logs is a text like others; without --logs none are kept', async () => {
    const text = Buffer.from(list('Node', { metadata: { name: 'n1' } }));
    expect(await readDump(pieces(text, 7), options)).toEqual(text);
    expect(told(await readDump([Buffer.from(dump)], { ...options, logs: false }))).toEqual({
      names: expected.names,
      logs: [],
    });
  });
});

describe('how a text begins', () => {
  it.each<[string, string, boolean]>([
    ['a typed list of nodes', list('Node'), true],
    ['keys in order', '{\n    "apiVersion": "v1",\n    "items": [\n        {\n            "metadata": {', true],
    ['YAML', 'apiVersion: v1\nitems:\n- metadata:\n    name: n1\n', true],
    [
      'kubectl get -o json',
      '{\n    "apiVersion": "v1",\n    "items": [\n        {\n            "apiVersion": "v1",',
      false,
    ],
    ['a list of pods', list('Pod'), false],
    ['kubectl get -o yaml', 'apiVersion: v1\nitems:\n- apiVersion: v1\n', false],
  ])('%s', (_, text, expected) => {
    expect(beginsLikeDump(Buffer.from(text))).toBe(expected);
    expect(isDump(Buffer.from(text))).toBe(false);
  });
});

describe('as people have it', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kroot-dump-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each<[string, string | Uint8Array]>([
    ['plain', dump],
    ['gzip', gzipSync(dump)],
    ['UTF-16 of PowerShell', Buffer.from(`\uFEFF${dump}`, 'utf16le')],
    ['with Windows line ends', dump.replaceAll('\n', '\r\n')],
  ])('%s', async (_, content) => {
    const at = join(folder, 'dump.txt');
    writeFileSync(at, content);
    const snapshot = await readSnapshot(at, { logs: true });
    expect(snapshot.list('Pod').map(({ metadata }) => metadata.name)).toEqual(['web', 'api']);
    expect(snapshot.list(CONTAINER_LOG_KIND)).toHaveLength(2);
    expect(snapshot.source.layout).toBe('kubectl cluster-info dump');
    expect(snapshot.notices).toEqual([]);
  });
});
