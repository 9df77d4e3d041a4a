import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kroot } from '../run.test.support.ts';

const MANIFESTS = 'examples/broken-manifests/base';

describe('kroot check of the example', () => {
  it.each([
    ['text', ['--no-color']],
    ['text-commands', ['--show-commands', '--ascii']],
    ['agent', ['-o', 'agent']],
    ['wide', ['-o', 'wide']],
    ['gitlab', ['-o', 'gitlab']],
    ['github', ['-o', 'github']],
    ['junit', ['-o', 'junit']],
    ['markdown', ['-o', 'markdown']],
  ])('%s', async (name, args) => {
    const { code, stdout } = await kroot(['check', '-q', '-f', MANIFESTS, ...args]);
    expect(code).toBe(1);
    await expect(stdout).toMatchFileSnapshot(`__golden__/example-${name}.txt`);
  });

  it.each([['--color=never'], ['--show-commands', '--details'], ['--ascii']])(
    'has 80 columns with %s',
    async (...args) => {
      const { stdout } = await kroot(['check', '-q', '-f', MANIFESTS, ...args]);
      // One long name may stand alone.
      expect(stdout.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '))).toEqual([]);
    },
  );

  it('json is read back by render as the same text', async () => {
    const { stdout: json } = await kroot(['check', '-q', '-f', MANIFESTS, '-o', 'json']);
    const { stdout: text } = await kroot(['check', '-q', '-f', MANIFESTS]);
    const again = await kroot(['render', '-'], { stdin: json });
    expect(again.stdout).toBe(text);
  });
});

interface Sarif {
  readonly runs: readonly [{ readonly results: readonly SarifResult[] }];
}

interface SarifResult {
  readonly ruleId: string;
  readonly locations: readonly [
    { readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string }; readonly region: object } },
  ];
}

describe('files in what CI servers read', () => {
  let repository = '';

  beforeAll(() => {
    repository = mkdtempSync(join(tmpdir(), 'kroot-repository-'));
    mkdirSync(join(repository, '.git'));
    mkdirSync(join(repository, 'deploy/k8s'), { recursive: true });
    writeFileSync(
      join(repository, 'deploy/k8s/a b#1.yaml'),
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    - name: c\n      image: i:1\n      envFrom:\n        - secretRef:\n            name: gone\n',
    );
  });

  afterAll(() => {
    rmSync(repository, { recursive: true });
  });

  it('are named from the root of the repository, with the line of the reference', async () => {
    const cwd = join(repository, 'deploy');
    const { stdout } = await kroot(['check', '-q', '-f', join(cwd, 'k8s'), '-o', 'sarif:github'], { cwd });
    const [{ results }] = (JSON.parse(stdout) as Sarif).runs;
    expect(results.map(({ locations, ruleId }) => [ruleId, locations[0].physicalLocation])).toEqual([
      [
        'secret-missing-env',
        {
          artifactLocation: { uri: 'deploy/k8s/a%20b%231.yaml' },
          region: { startLine: 10, startColumn: 11, endLine: 10, endColumn: 20 },
        },
      ],
    ]);
  });

  it('are none for what was piped in, unless the root of the sources is known', async () => {
    const stdin =
      '# Source: chart/templates/p.yaml\napiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: "i:1", envFrom: [{ secretRef: { name: gone } }] }] }\n';
    const plain = await kroot(['check', '-f', '-', '-o', 'sarif:github'], { stdin, cwd: repository });
    expect((JSON.parse(plain.stdout) as Sarif).runs[0].results).toEqual([]);
    expect(plain.stderr).toContain('belongs to no file');
    const mapped = await kroot(['check', '-f', '-', '-o', 'sarif:github', '--source-root', 'deploy'], {
      stdin,
      cwd: repository,
    });
    expect((JSON.parse(mapped.stdout) as Sarif).runs[0].results[0]?.locations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: 'deploy/k8s/a%20b%231.yaml' },
    });
    const { stdout } = await kroot(['check', '-f', '-'], { stdin });
    expect(stdout).toContain('<stdin>:5:59 (chart/templates/p.yaml)');
  });
});

const WARNS =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: "i:1", envFrom: [{ secretRef: { name: gone } }] }] }\n';
const REFUSED = 'apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: { name: c }\n';

describe('the exit code', () => {
  it.each<[string, readonly string[], string, number]>([
    ['nothing', [], 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n', 0],
    ['a warning', [], WARNS, 0],
    ['a warning that counts', ['--fail-on', 'warning'], WARNS, 1],
    ['a critical finding', [], REFUSED, 1],
    ['a critical finding that does not count', ['--fail-on', 'never'], REFUSED, 0],
    ['the same in short', ['--exit-zero'], REFUSED, 0],
    ['no manifests', [], 'a: b\n', 2],
    ['an unknown format', ['-o', 'xml'], WARNS, 2],
    ['no capture to hold it against', ['--against', 'nowhere.json'], WARNS, 2],
    ['standard input twice', ['--against', '-'], WARNS, 2],
  ])('of %s', async (_, args, stdin, expected) => {
    const { code, stderr } = await kroot(['check', '-f', '-', ...args], { stdin });
    expect(code).toBe(expected);
    expect(stderr).not.toContain('    at ');
  });

  it('of no name is 2, with what to write', async () => {
    const { code, stderr } = await kroot(['check']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'kroot: name the manifests: kroot check -f FOLDER, or -f - for standard input\n',
    });
  });
});
