import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { readSnapshot, type ReadLimits } from '@kroot/cluster';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kroot } from '../run.test.support.ts';
import { folder, tar, zip, type SpecialEntry } from './archives.test.support.ts';

let temporary = '';
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'kroot-archives-'));
});
afterAll(() => {
  rmSync(temporary, { recursive: true });
});

function input(content: string | Uint8Array): string {
  const at = join(temporary, 'in');
  writeFileSync(at, content);
  return at;
}

const pod = (name: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec: { containers: [] } });
const good = new Map([['dump/a.json', pod('a')]]);
const many = new Map(Array.from({ length: 20 }, (_, index) => [`dump/${index}.json`, pod(`p${index}`)]));

/** One object whose annotation is megabytes of one letter. */
const vast = (megabytes: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'v', annotations: { a: 'a'.repeat(megabytes * 2 ** 20) } },
  });

/** Two entries of a directory that lead to the same bytes. */
function overlappingZip(): Buffer {
  const archive = zip(new Map([['a.json', vast(1)]]));
  const start = archive.indexOf(Buffer.from('PK\u0001\u0002'));
  const end = archive.indexOf(Buffer.from('PK\u0005\u0006'));
  const entry = archive.subarray(start, end);
  const tail = Buffer.from(archive.subarray(end));
  tail.writeUInt16LE(40, 8);
  tail.writeUInt16LE(40, 10);
  tail.writeUInt32LE(40 * entry.length, 12);
  return Buffer.concat([archive.subarray(0, start), ...Array.from({ length: 40 }, () => entry), tail]);
}

/** A zip whose entry says that it is smaller than it is. */
function lyingZip(): Buffer {
  const archive = zip(good);
  const start = archive.indexOf(Buffer.from('PK\u0001\u0002'));
  archive.writeUInt32LE(7, start + 24);
  return archive;
}

const errors: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ['tar that is cut off within a file', tar(good).subarray(0, 700), /in: the archive is cut off; copy the file again/],
  [
    'tar that is cut off between files',
    tar(many).subarray(0, 5 * 1024),
    /in: the archive is cut off; copy the file again/,
  ],
  ['tar.gz that is cut off', gzipSync(tar(many)).subarray(0, 200), /in: the archive is cut off; copy the file again/],
  [
    'tar with a damaged header',
    Buffer.concat([tar(good).subarray(0, 1024), Buffer.alloc(512, 'x'), Buffer.alloc(1024)]),
    /in: the archive is damaged behind entry 1; copy/,
  ],
  [
    'gzip bomb of a tar',
    gzipSync(tar(new Map([['a.json', 'a'.repeat(64 * 2 ** 20)]]))),
    /in: the archive expands to more than \d+ bytes; check where/,
  ],
  ['zip bomb', zip(new Map([['a.json', vast(64)]])), /in: the archive expands to more than \d+ bytes; check where/],
  [
    'zip bomb among good files',
    zip(new Map([...many, ['dump/10b.json', vast(64)]])),
    /in: the archive expands to more than \d+ bytes; check where/,
  ],
  ['zip of overlapping entries', overlappingZip(), /in: the zip archive is damaged or cut off; copy/],
  ['zip that lies about a size', lyingZip(), /in: the zip archive is damaged or cut off; copy/],
  ['zip that is cut off', zip(many).subarray(0, 900), /in: the zip archive is damaged or cut off; copy/],
  [
    'archive without objects',
    tar(new Map([['notes.txt', 'hello']])),
    /in: it holds no file with Kubernetes objects; the first file: .*in\/notes\.txt: /,
  ],
  [
    'empty archive',
    Buffer.concat([tar(new Map(), [{ name: 'dump', type: '5' }])]),
    /in: it holds no file with Kubernetes objects; name a folder/,
  ],
  [
    'xz',
    Buffer.from('\u00fd7zXZ\0\0\u0004', 'latin1'),
    /in: the file is an xz archive; unpack it on the way: xz -dc \S+ \| kroot diagnose cluster -A -f -$/,
  ],
  ['zstd', Buffer.from('(\u00b5/\u00fd\u0004', 'latin1'), /in: the file is a zstd archive; .*zstd -dc/],
  ['bzip2', Buffer.from('BZh91AY&SY'), /in: the file is a bzip2 archive; .*bzip2 -dc/],
  [
    '7z',
    Buffer.from('7z\u00bc\u00af\u0027\u001c\0\u0004', 'latin1'),
    /in: the file is a 7z archive; unpack it and name the folder/,
  ],
  [
    'snapshot of etcd',
    Buffer.concat([Buffer.alloc(16), Buffer.from('edda0ced02000000', 'hex'), Buffer.alloc(4096)]),
    /in: the file is a snapshot of etcd, not objects; take the objects out with auger or koff/,
  ],
  [
    'screen of k9s',
    'NAMESPACE,NAME↑,PF,READY,STATUS,RESTARTS,IP,NODE,AGE\nshop,api-1,●,0/1,Error,7,10.1.2.3,w1,3d\n',
    /in: the file is a table \(CSV, as k9s saves screens\).*; save the objects: kubectl get/,
  ],
  [
    'archive within an archive, alone',
    tar(new Map([['a.tar', tar(good).toString('latin1')]])),
    /in: it holds no file .*in\/a\.tar: the file is a tar archive; archives within archives and folders are not opened/,
  ],
];

describe('what cannot be read is one line, and exit code 2', () => {
  it.each(errors)('%s', async (_, content, expected) => {
    const { code, stdout, stderr } = await kroot(['diagnose', 'cluster', '-A', '-f', input(content)]);
    expect(stderr.trimEnd()).toMatch(expected);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+|node:internal/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each(errors)('%s, on standard input', async (_, content, expected) => {
    const { code, stderr } = await kroot(['diagnose', 'cluster', '-A', '-f', '-'], { stdin: Buffer.from(content) });
    expect(stderr.trimEnd()).toMatch(
      new RegExp(expected.source.replace(/^in/, 'standard input').replaceAll('in\\/', 'standard input/')),
    );
    expect(code).toBe(2);
  });

  it.each(['path', 'netpol', 'diff'])('by kroot %s, too', async (command) => {
    const at = input(tar(many).subarray(0, 5 * 1024));
    const args: Readonly<Record<string, readonly string[]>> = {
      path: ['path', 'shop/a', 'shop/b', '-f', at],
      netpol: ['netpol', 'list', '-A', '-f', at],
      diff: ['diff', at, at],
    };
    const { code, stderr } = await kroot(args[command] ?? []);
    expect(stderr).toMatch(/in: the archive is cut off; copy the file again\n$/);
    expect(code).toBe(2);
  });
});

const limits: readonly (readonly [string, Partial<ReadLimits>, Uint8Array, RegExp])[] = [
  ['entries of a tar', { files: 19 }, tar(many), /the archive holds more than 19 entries/],
  ['entries of a zip', { files: 19 }, zip(many), /the archive holds more than 19 entries/],
  ['bytes of an archive', { archiveBytes: 4096 }, tar(many), /the archive expands to more than 4096 bytes/],
  [
    'bytes that may hold objects',
    { textBytes: 900 },
    tar(many),
    /its files hold more than 900 bytes besides logs; name only/,
  ],
  [
    'bytes behind gzip in it',
    { textBytes: 900 },
    tar(new Map([...many].map(([path, text]) => [path, text]))),
    /more than 900 bytes/,
  ],
];

describe('limits', () => {
  it.each(limits)('%s', async (_, given, content, expected) => {
    await expect(readSnapshot(input(content), { limits: given })).rejects.toThrow(expected);
  });

  it('of one file leave that one out', async () => {
    const at = input(
      tar(
        new Map([
          ['big.json', vast(1)],
          ['dump/a.json', pod('a')],
        ]),
      ),
    );
    const { notices, size } = await readSnapshot(at, { limits: { fileBytes: 100_000 } });
    expect(size).toBe(1);
    expect(notices).toEqual([
      `${at}/big.json: larger than 100000 bytes; split it by namespace or kind and name all the parts (file skipped)`,
    ]);
  });
});

const outside: readonly (readonly [string, readonly SpecialEntry[], readonly string[], string])[] = [
  [
    'paths that lead out',
    [],
    ['../evil.json', '/etc/evil.json', 'C:\\evil.json', 'a/../../evil.json'],
    '4 entries have unsafe paths and are left out (first: ../evil.json)',
  ],
  [
    'a link that leads out',
    [{ name: 'dump/x.json', type: '2', link: '../../etc/passwd' }],
    [],
    '1 link is not followed (first: dump/x.json)',
  ],
  [
    'a link to a place in the file system',
    [{ name: 'dump/x.json', type: '2', link: '/etc/passwd' }],
    [],
    '1 link is not followed (first: dump/x.json)',
  ],
  [
    'a hard link that leads out',
    [{ name: 'dump/x.json', type: '1', link: '/etc/passwd' }],
    [],
    '1 link is not followed (first: dump/x.json)',
  ],
  [
    'devices and pipes',
    [
      { name: 'dump/null', type: '3' },
      { name: 'dump/sda', type: '4' },
      { name: 'dump/pipe', type: '6' },
    ],
    [],
    '3 entries are no files (devices or pipes) and are left out (first: dump/null)',
  ],
];

describe('entries that are no plain files of an archive', () => {
  it.each(outside)('%s: left out, and told', async (_, special, paths, expected) => {
    const files = new Map([...paths.map((path) => [path, pod('evil')] as const), ...good]);
    const at = input(tar(files, special));
    const { notices, size } = await readSnapshot(at);
    expect(size).toBe(1);
    expect(notices).toEqual([`${at}: ${expected}`]);
  });

  it('links within the archive are nothing to tell: their files are read anyway', async () => {
    const special: readonly SpecialEntry[] = [
      { name: 'dump/logs/x.log', type: '2', link: '../a.json' },
      { name: 'dump/b.json', type: '1', link: 'dump/a.json' },
      { name: 'dump', type: '5' },
      { name: './', type: '5' },
    ];
    expect((await readSnapshot(input(tar(good, special)))).notices).toEqual([]);
  });

  it('links of a folder', async () => {
    const at = folder(join(temporary, 'linked'), good);
    symlinkSync('a.json', join(at, 'dump/inside.json'));
    symlinkSync('../../in', join(at, 'dump/outside.json'));
    const { notices, size } = await readSnapshot(at);
    expect(size).toBe(1);
    expect(notices).toEqual([`${at}: 1 link is not followed (first: dump/outside.json)`]);
  });

  it('archives in it are named', async () => {
    const { notices } = await readSnapshot(
      folder(join(temporary, 'nested'), new Map([...good, ['inner.zip', 'PK\u0003\u0004rest']])),
    );
    expect(notices).toEqual([
      `${join(temporary, 'nested')}: 1 archive in it not opened: name it too (first: ${join(temporary, 'nested/inner.zip')})`,
    ]);
  });

  it('the same path twice: the later one is used', async () => {
    const first = tar(new Map([['dump/a.json', pod('a').replace('[]', '[{"name":"old"}]')]])).subarray(0, -1024);
    const { notices, ...snapshot } = await readSnapshot(input(Buffer.concat([first, tar(good)])));
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/Pod\/shop\/a is in the input twice with different content: the later one is used$/);
    expect(snapshot.size).toBe(1);
  });

  it('no name can colour the terminal', async () => {
    const files = new Map([['\u001b[31m/evil.json', pod('evil')], ['dump/\u202eevil.json', '{"kind": '], ...good]);
    const { stderr, stdout } = await kroot(['diagnose', 'cluster', '-A', '-f', input(tar(files))]);
    expect(stderr).toContain('unsafe path');
    // oxlint-disable-next-line no-control-regex -- they must not be there
    expect(stderr + stdout).not.toMatch(/[\u001b\u202e]/);
  });
});

it('deflate of a zip that is no deflate', async () => {
  const archive = zip(good);
  const at = archive.indexOf(deflateRawSync(Buffer.from(pod('a'))));
  archive.fill(0xff, at, at + 8);
  await expect(readSnapshot(input(archive))).rejects.toThrow(/the zip archive is damaged or cut off/);
});
