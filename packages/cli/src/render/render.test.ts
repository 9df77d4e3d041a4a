import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMAT_NAMES } from '../output/formats.ts';
import { brokenShop, kroot } from '../run.test.support.ts';

const fixtures = join(import.meta.dirname, '../../../../fixtures');
const inputs: readonly (readonly [string, string])[] = [
  ['the broken shop', brokenShop],
  ...['no-room', 'node-lost', 'quota-cascade', 'two-independent-faults'].map(
    (name) => [name, join(fixtures, 'incidents', name, 'cluster.json')] as const,
  ),
  ...readdirSync(join(fixtures, 'cascades'))
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .filter((_, i) => i % 6 === 0)
    .map((name) => [name, join(fixtures, 'cascades', name)] as const),
];

const CONTENT: readonly (readonly string[])[] = [
  [],
  ['--details', '--ascii'],
  ['--show-commands', '--color', 'always'],
  ['--no-show-fixes'],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-render-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a report prints the same from its JSON', () => {
  it.each(inputs)('%s', async (_, input) => {
    const file = join(folder, 'report.json');
    const outputs = FORMAT_NAMES.filter((name) => name !== 'text').map((name) => `${name}=direct.${name}`);
    const args = ['-q', '-f', input, '--verify-fixes', '--exit-zero'];
    const direct = await kroot(
      ['diagnose', 'cluster', ...args, ...[...outputs, `json=${file}`].flatMap((output) => ['-o', output])],
      { cwd: folder },
    );
    expect(direct).toEqual({ code: 0, stdout: '', stderr: '' });
    const again = outputs.map((output) => output.replace('direct', 'again'));
    await kroot(['render', file, '-q', ...again.flatMap((output) => ['-o', output])], { cwd: folder });
    for (const output of outputs) {
      const name = output.slice(output.indexOf('=') + 1);
      const printed = readFileSync(join(folder, name), 'utf8');
      expect(readFileSync(join(folder, name.replace('direct', 'again')), 'utf8')).toBe(printed);
    }
    for (const content of CONTENT) {
      // oxlint-disable-next-line no-await-in-loop -- each is a run of its own
      const { stdout } = await kroot(['diagnose', 'cluster', ...args, ...content]);
      // oxlint-disable-next-line no-await-in-loop -- as above
      expect((await kroot(['render', file, ...content])).stdout).toBe(stdout);
    }
  });

  it('for agents too', async () => {
    const env = { CLAUDECODE: '1' };
    const direct = await kroot(['diagnose', 'cluster', '-f', brokenShop], { env });
    const { stdout } = await kroot(['diagnose', 'cluster', '-f', brokenShop, '-o', 'json']);
    const again = await kroot(['render', '-'], { stdin: stdout, env });
    expect(again.stdout).toBe(direct.stdout);
    expect(again.stdout).toMatch(/^VERDICT /);
  });

  it('from standard input too, and with exit code 0', async () => {
    const { stdout } = await kroot(['diagnose', 'cluster', '-f', brokenShop, '-o', 'json']);
    const rendered = await kroot(['render', '-', '-o', 'name'], { stdin: stdout, env: { GITHUB_ACTIONS: 'true' } });
    expect(rendered).toEqual({
      code: 0,
      stdout: 'secret/payments-db-credential -n shop\ndeployment.apps/report-worker -n shop\n',
      stderr: '',
    });
  });
});

describe('what is no report is one line and exit code 2', () => {
  const REPORT = { schema_version: '1.1' };
  it.each<[string, string, string]>([
    ['nothing', '', 'is empty'],
    ['no JSON', '{"schema', 'is no JSON'],
    ['JSON lines', '{"type":"run"}\n{"type":"summary"}\n', 'holds JSON lines'],
    ['no object', '42', 'is no report: it has no schema_version'],
    ['another document', '{"a":1}', 'is no report: it has no schema_version'],
    ['SARIF', '{"version":"2.1.0","runs":[]}', 'is no report: it is SARIF'],
    ['objects', '{"kind":"List","items":[]}', 'it holds Kubernetes objects; kroot diagnose cluster -f FILE'],
    ['a version that is none', '{"schema_version":"new"}', 'is no report: it has no schema_version'],
    [
      'a newer major',
      '{"schema_version":"2.0"}',
      'is of schema version 2.0, and this kroot reads 1.x; use a newer kroot',
    ],
    ['an older major', '{"schema_version":"0.9"}', 'is of schema version 0.9, and this kroot reads 1.x; make it again'],
    ['a part', JSON.stringify(REPORT), 'is damaged: $schema: '],
    ['depth', '['.repeat(100_000), 'is no JSON'],
  ])('%s', async (_, text, problem) => {
    writeFileSync(join(folder, 'bad.json'), text);
    for (const [name, options] of [
      [join(folder, 'bad.json'), {}],
      ['-', { stdin: text }],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- each is a run of its own
      const { code, stdout, stderr } = await kroot(['render', name], options);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
      expect(stderr).toContain(problem);
      expect(stderr).not.toContain('internal error');
    }
  });

  it('a damaged field is named', async () => {
    const { stdout } = await kroot(['diagnose', 'cluster', '-f', brokenShop, '-o', 'json']);
    const stdin = stdout.replace('"rank": 1,', '"rank": "first",');
    const { code, stderr } = await kroot(['render', '-'], { stdin });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^kroot: standard input is damaged: diagnoses\[0\]\.rank: .*expected number/);
  });
});

describe('versions', () => {
  it.each([
    ['1.0', 'is of schema version 1.0: trees, commands and workloads are not in it'],
    ['1.7', 'is of schema version 1.7, newer than 1.2: what is new in it is not shown'],
    ['1.1', ''],
    ['1.2', ''],
  ])('%s', async (version, notice) => {
    const { stdout } = await kroot(['diagnose', 'cluster', '-f', brokenShop, '-o', 'json']);
    const stdin = stdout.replace('"schema_version": "1.2"', `"schema_version": "${version}"`);
    const run = await kroot(['render', '-'], { stdin });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^✖ 2 root causes/);
    expect(run.stderr).toBe(notice === '' ? '' : `kroot: standard input ${notice}\n`);
  });
});
