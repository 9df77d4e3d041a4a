import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kroot, type Run } from '../run.test.support.ts';

const fixtures = join(import.meta.dirname, '../../../../fixtures');
const CASES = {
  'service-renamed': 'C16-service-renamed',
  'image-of-a-new-revision': 'C03-image-of-a-new-revision',
  'config-edit': 'C02-config-edit',
} as const;
type Name = keyof typeof CASES;
const beforeOf = (name: Name): string => `changes/${name}.before.yaml`;
const afterOf = (name: Name): string => `cascades/${CASES[name]}.yaml`;

const folder = mkdtempSync(join(tmpdir(), 'kroot-diff-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function diff(args: readonly string[], stdin?: Uint8Array): Promise<Run> {
  return kroot(['diff', ...args], { cwd: fixtures, ...(stdin !== undefined && { stdin }) });
}

interface Document {
  readonly new: readonly {
    readonly id: string;
    readonly rule: string;
    readonly changes?: readonly {
      readonly resource: string;
      readonly change: string;
      readonly fields: readonly { readonly path: string; readonly decisive: boolean }[];
    }[];
  }[];
  readonly gone: readonly { readonly id: string; readonly unseen?: string }[];
  readonly still: readonly { readonly trend: string }[];
}

async function json(args: readonly string[]): Promise<Document> {
  return JSON.parse((await diff([...args, '-o', 'json'])).stdout) as Document;
}

describe('two captures', () => {
  it.each(Object.keys(CASES) as Name[])('%s: names the change on the chain', async (name) => {
    process.chdir(fixtures);
    const { stderr, stdout } = await diff([beforeOf(name), afterOf(name)]);
    expect(stderr).toBe('');
    await expect(stdout).toMatchFileSnapshot(join(import.meta.dirname, `../__golden__/diff-${name}.txt`));
  });

  it.each<[Name, string, string, string | undefined]>([
    ['service-renamed', 'Service/shop/db', 'removed', undefined],
    ['image-of-a-new-revision', 'Deployment/shop/web', 'changed', 'spec.template.spec.containers[server].image'],
    ['config-edit', 'ConfigMap/shop/api-settings', 'changed', 'data.LOG_LEVEL'],
  ])('%s: %s was %s', async (name, resource, change, path) => {
    const { new: added } = await json([beforeOf(name), afterOf(name)]);
    expect(added).toHaveLength(1);
    expect(added[0]?.changes).toMatchObject([{ resource, change, fields: path === undefined ? [] : [{ path }] }]);
  });

  it('the other way round what was new is gone', async () => {
    const name = 'service-renamed';
    const forth = await json([beforeOf(name), afterOf(name)]);
    const back = await diff([afterOf(name), beforeOf(name), '-o', 'json']);
    expect(back.code).toBe(0);
    const { gone, new: added } = JSON.parse(back.stdout) as Document;
    expect(added).toEqual([]);
    expect(gone.map(({ id }) => id)).toEqual(forth.new.map(({ id }) => id));
  });

  it('equal ones differ in nothing', async () => {
    const document = await json([afterOf('config-edit'), afterOf('config-edit')]);
    expect(document).toMatchObject({ new: [], gone: [], still: [{ trend: 'same' }] });
  });

  it('reads one of them from standard input', async () => {
    const { code, stdout } = await diff(
      [beforeOf('service-renamed'), '-'],
      readFileSync(join(fixtures, afterOf('service-renamed'))),
    );
    expect(code).toBe(1);
    expect(stdout).toContain('Service/shop/db was deleted');
  });
});

describe('reports', () => {
  it('stand for what they were made of, without the changes', async () => {
    const name = 'service-renamed';
    const report = join(folder, 'before.json');
    writeFileSync(
      report,
      (await kroot(['diagnose', 'cluster', '-f', beforeOf(name), '-o', 'json'], { cwd: fixtures })).stdout,
    );
    process.chdir(fixtures);
    const mixed = await json([report, afterOf(name)]);
    const plain = await json([beforeOf(name), afterOf(name)]);
    expect(mixed.new).toEqual(plain.new.map(({ changes: _changes, ...rest }) => rest));
    expect((await diff([report, report])).stdout).toContain('No problems, before or after');
  });
});

describe('reports, once more', () => {
  const name = 'service-renamed';
  const saved = (file: string, input: string, more: readonly string[] = []): Promise<Run> =>
    kroot(['diagnose', 'cluster', '-f', input, '-o', `json=${join(folder, file)}`, '--exit-zero', ...more], {
      cwd: fixtures,
    });

  it.each([
    ['from standard input', ['was.json', '-']],
    ['the first from standard input', ['-', 'is.json']],
  ])('%s', async (_, args) => {
    process.chdir(fixtures);
    await saved('was.json', beforeOf(name));
    await saved('is.json', afterOf(name));
    const [first, second] = args.map((each) => (each === '-' ? each : join(folder, each)));
    const piped = readFileSync(join(folder, args[0] === '-' ? 'was.json' : 'is.json'));
    const { code, stderr, stdout } = await diff([first ?? '', second ?? '', '-o', 'json'], piped);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const plain = await json([join(folder, 'was.json'), join(folder, 'is.json')]);
    expect((JSON.parse(stdout) as Document).new).toEqual(plain.new);
  });

  it.each<[string, readonly string[], readonly string[], number, string]>([
    [
      'on all namespaces',
      [],
      ['-n', 'shop'],
      2,
      'is a report on all namespaces, and no other can be made of it: leave -n shop out',
    ],
    ['on that namespace', ['-n', 'shop'], ['-n', 'shop'], 1, ''],
    ['and all namespaces are wanted', [], ['-n', 'shop', '-A'], 1, ''],
  ])('%s with %j %j: %i', async (_, made, asked, expected, words) => {
    process.chdir(fixtures);
    await saved('was.json', beforeOf(name), made);
    const { code, stderr } = await diff([join(folder, 'was.json'), afterOf(name), ...asked]);
    expect(code).toBe(expected);
    expect(stderr).toContain(words);
  });
});

describe('symptoms without a known cause', () => {
  const pod = (name: string): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'prod', name, uid: name },
    spec: { containers: [{ name: 'c', image: 'i:1' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-11-20T09:00:00Z' }],
      containerStatuses: [
        {
          name: 'c',
          ready: false,
          restartCount: 0,
          image: 'i:1',
          state: { running: { startedAt: '2026-11-20T08:00:00Z' } },
        },
      ],
    },
  });
  const dump = (file: string, names: readonly string[]): string => {
    const path = join(folder, file);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } };
    const list = { apiVersion: 'v1', kind: 'PodList', metadata: {}, items: names.map((name) => pod(name)) };
    writeFileSync(path, JSON.stringify([namespace, list]));
    return path;
  };

  it('that are still there are not passed over', async () => {
    const [was, is] = [dump('was-open.json', ['a', 'b']), dump('is-open.json', ['b'])];
    const { code, stdout } = await diff([was, is]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✔ Nothing new: 1 gone and 1 still there\n/);
    expect(stdout).toMatch(/Gone, never explained\n\n- WARNING.* prod\/a /s);
    expect(stdout).toMatch(/Still there, and not explained\n\n- WARNING.* prod\/b /s);
    const document = JSON.parse((await diff([was, is, '-o', 'json'])).stdout) as {
      unexplained: Record<string, object[]>;
    };
    expect(document.unexplained).toMatchObject({
      new: [],
      gone: [{ resource: 'Pod/prod/a' }],
      still: [{ resource: 'Pod/prod/b' }],
    });
  });
});

describe('exit code', () => {
  it.each<[Name, readonly string[], number]>([
    ['service-renamed', [], 1],
    ['service-renamed', ['--exit-zero'], 0],
    ['image-of-a-new-revision', [], 0],
    ['image-of-a-new-revision', ['--fail-on', 'warning'], 1],
    ['image-of-a-new-revision', ['--fail-on', 'never'], 0],
  ])('%s %j: %i', async (name, args, code) => {
    expect((await diff([beforeOf(name), afterOf(name), ...args])).code).toBe(code);
  });

  it.each<[string, readonly string[], string]>([
    ['a file that is not there', ['nowhere.json', afterOf('config-edit')], 'no such file'],
    ['twice standard input', ['-', '-'], 'only one of the two'],
    ['one side alone', [afterOf('config-edit')], 'kroot diff BEFORE AFTER'],
    ['a namespace that is not there', [beforeOf('config-edit'), afterOf('config-edit'), '-n', 'shpo'], 'shop'],
  ])('%s: 2 and one line', async (_, args, words) => {
    const { code, stderr, stdout } = await diff(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
    expect(stderr).toContain(words);
  });
});
