import {
  chmodSync,
  existsSync,
  mkdirSync,
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokenShop, examples, kroot, type Run, type RunOptions } from '../run.test.support.ts';
import { FORMAT_NAMES } from './formats.ts';

const healthy = join(examples, 'ci-check/fixtures/healthy.yaml');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-output-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function shop(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return kroot(['diagnose', 'cluster', '-f', brokenShop, ...args], { cwd: folder, ...options });
}
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('-o', () => {
  it.each(FORMAT_NAMES)('%s prints on standard output or into a file, and exits the same', async (format) => {
    const plain = await shop(['-o', format, '--source-root', brokenShop]);
    const filed = await shop(['-o', `${format}=out/report`, '--source-root', brokenShop], {
      cwd: withFolder('out'),
    });
    expect({ code: filed.code, stdout: filed.stdout }).toEqual({ code: 1, stdout: '' });
    expect(plain.code).toBe(1);
    expect(read('out/report')).toBe(plain.stdout);
    expect(plain.stdout).not.toBe('');
  });

  it('takes several at once, one of them for standard output', async () => {
    const run = await shop([
      '-o',
      'text',
      '-o',
      'json=report.json',
      '-o',
      'sarif=kroot.sarif',
      '-o',
      'junit=junit.xml',
    ]);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout).toBe((await shop([])).stdout);
    expect(readdirSync(folder).toSorted()).toEqual(['junit.xml', 'kroot.sarif', 'report.json']);
    expect(JSON.parse(read('report.json'))).toMatchObject({ issue_count: 2 });
  });

  it('files are plain, whatever the terminal takes', async () => {
    await shop(['-o', 'text=report.txt'], { terminal: { columns: 100 }, env: { FORCE_COLOR: '1' } });
    expect(read('report.txt')).toBe((await shop([])).stdout);
    await shop(['-o', 'text=report.txt', '--color', 'always']);
    expect(read('report.txt')).toContain('\u001b[');
  });

  it.each<[string, string, string]>([
    ['a folder that is not there', 'json=nowhere/x.json', 'its folder does not exist'],
    ['a folder', 'json=.', 'is a folder; name a file in it'],
    ['a folder that is a file', 'json=file/x.json', 'its folder is a file'],
    ['a name that is too long', `json=${'x'.repeat(300)}`, 'its name is too long'],
  ])('%s is one line and exit code 2, before anything is read', async (_, output, problem) => {
    writeFileSync(join(folder, 'file'), '');
    const run = await kroot(['diagnose', 'cluster', '-f', 'not-there.json', '-o', output, '-o', 'text'], {
      cwd: folder,
    });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/^kroot: [^\n]+\n$/);
    expect(run.stderr).toContain(problem);
  });

  it('leaves the old file whole or replaces it, keeps its mode and follows links', async () => {
    writeFileSync(join(folder, 'old.json'), 'old');
    chmodSync(join(folder, 'old.json'), 0o640);
    symlinkSync('old.json', join(folder, 'link.json'));
    await shop(['-o', 'json=link.json']);
    expect(JSON.parse(read('old.json'))).toMatchObject({ issue_count: 2 });
    expect(statSync(join(folder, 'old.json')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).toSorted()).toEqual(['link.json', 'old.json']);
  });

  it.each([
    ['another way to it', './here/../one.json'],
    ['a link', 'link.json'],
    ['a folder that is a link', 'here/one.json'],
  ])('two formats for one file are refused, also by %s', async (_, other) => {
    const run = (): Promise<Run> => shop(['-o', 'json=one.json', '-o', `sarif=${other}`]);
    symlinkSync('one.json', join(folder, 'link.json'));
    symlinkSync('.', join(folder, 'here'));
    writeFileSync(join(folder, 'one.json'), 'old');
    expect(await run()).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('two formats for one file') as string,
    });
    expect(read('one.json')).toBe('old');
  });

  it('writes to devices as they are', async () => {
    expect((await shop(['-o', 'json=/dev/null'])).code).toBe(1);
    expect(existsSync('/dev/null')).toBe(true);
  });
});

describe('what a format cannot hold is said on standard error', () => {
  const UNSEEN = 'kroot: not everything could be seen: 35 kinds in part or not at all; -o text lists them\n';

  it('once, and not where another format has it', async () => {
    const run = async (...formats: readonly string[]): Promise<string> =>
      (await kroot(['diagnose', 'cluster', '-f', healthy, ...formats.flatMap((format) => ['-o', format])])).stderr;
    expect(await run('name', `dot=${join(folder, 'x.dot')}`, `gitlab=${join(folder, 'x.json')}`)).toBe(UNSEEN);
    expect(await run('name', `json=${join(folder, 'y.json')}`)).toBe('');
  });

  it.each<[string, readonly string[], string]>([
    [
      'sarif:github',
      ['-f', brokenShop],
      'kroot: sarif:github: left out what belongs to no file (--source-root says where the manifests are): 2 findings\n',
    ],
    ['wide', ['-f', healthy], `kroot: wide: no problems found in what could be seen\n${UNSEEN}`],
    ['name', ['-f', healthy], UNSEEN],
    ['github', ['-f', healthy], UNSEEN],
    ['dot', ['-f', brokenShop], ''],
  ])('%s', async (format, input, said) => {
    const run = await kroot(['diagnose', 'cluster', ...input, '-o', format]);
    expect(run.stderr).toBe(said);
    expect((await kroot(['diagnose', 'cluster', ...input, '-o', format, '-q'])).stderr).toBe('');
  });

  it('wide, where everything was seen', async () => {
    const target = ['diagnose', 'deployment/storefront', '-n', 'shop', '-f', brokenShop];
    const { code, stdout, stderr } = await kroot([...target, '-o', 'wide']);
    expect([code, stdout, stderr]).toEqual([0, '', 'kroot: wide: no problems found\n']);
  });
});

describe('--source-root', () => {
  interface Log {
    readonly runs: readonly { readonly results: readonly { readonly locations: readonly Location[] }[] }[];
  }
  interface Location {
    readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string }; readonly region: object };
  }

  it('finds the manifests of live objects', async () => {
    const { stdout, stderr } = await shop(['-o', 'sarif:github', '--source-root', brokenShop]);
    expect(stderr).toBe('');
    const { runs } = JSON.parse(stdout) as Log;
    expect(runs[0]?.results.map(({ locations }) => locations[0]?.physicalLocation)).toMatchObject([
      { artifactLocation: { uri: 'examples/broken-shop/cluster/workloads.yaml' }, region: { startColumn: 13 } },
      { artifactLocation: { uri: 'examples/broken-shop/cluster/workloads.yaml' }, region: { startColumn: 13 } },
    ]);
  });

  it('that is not there is one line', async () => {
    const run = await shop(['-o', 'sarif:github', '--source-root', 'k8s']);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(
      /^kroot: .*k8s: there is no such folder, or it cannot be read; name the folder[^\n]*\n$/,
    );
  });

  it('is not read for formats without files', async () => {
    expect((await shop(['--source-root', 'k8s'])).code).toBe(1);
  });
});

describe('GitHub Actions', () => {
  const env = (): Readonly<Record<string, string>> => ({
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
  });

  it('gets annotations on standard error and a job summary; standard output stays one format', async () => {
    writeFileSync(join(folder, 'summary.md'), 'before\n');
    const run = await shop(['-o', 'json'], { env: env() });
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ issue_count: 2 });
    expect(run.stderr.split('\n').map((line) => line.split(',')[0]?.split('::').slice(0, 2).join('::'))).toEqual([
      '::error title=kroot%3A secret-missing-env',
      '::error title=kroot%3A sched-node-selector-mismatch',
      '',
    ]);
    expect(read('summary.md')).toMatch(/^before\n### ✖ 2 root causes explain 4 unhealthy pods/);
  });

  it.each<[string, readonly string[], boolean, boolean]>([
    ['nothing more with --no-ci', ['--no-ci'], false, false],
    ['no second annotations', ['-o', 'github'], false, true],
    ['no second summary', ['-o', 'text', '-o', 'markdown=summary.md'], true, false],
    ['annotations and summary under -q', ['-q'], true, true],
  ])('%s', async (_, args, annotated, summed) => {
    const run = await shop(args, { env: env() });
    expect(run.stderr.includes('::error')).toBe(annotated);
    const summary = existsSync(join(folder, 'summary.md')) ? read('summary.md') : '';
    // The summary of a run ends with an empty line, so that the next may be added.
    expect(summary.endsWith('\n\n')).toBe(summed);
  });

  it('a summary that cannot be written fails nothing', async () => {
    mkdirSync(join(folder, 'summary.md'));
    const run = await shop([], { env: env() });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/kroot: the job summary cannot be written to .*summary\.md \(EISDIR\)\n$/);
  });

  it('a summary has no more than GitHub takes', async () => {
    writeFileSync(join(folder, 'summary.md'), 'x'.repeat(1024 * 1024 - 10));
    const run = await shop([], { env: env() });
    expect(run.stderr).toContain('has no room for the job summary');
    expect(statSync(join(folder, 'summary.md')).size).toBe(1024 * 1024 - 10);
  });
});

describe('GitLab CI', () => {
  it.each<[string, readonly string[], boolean]>([
    ['is told of its reports', [], true],
    ['not when a format is asked for', ['-o', 'gitlab=report.json'], false],
    ['not under -q', ['-q'], false],
    ['not with --no-ci', ['--no-ci'], false],
  ])('%s', async (_, args, told) => {
    const run = await shop(args, { env: { GITLAB_CI: 'true' } });
    expect(run.stderr.startsWith('kroot: GitLab shows findings')).toBe(told);
  });
});

describe('agents', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['are written for', [], /^VERDICT 2 root causes/],
    ['unless another format is asked for', ['-o', 'text'], /^✖ 2 root causes/],
    ['or with --no-ci', ['--no-ci'], /^✖ 2 root causes/],
  ])('%s', async (_, args, start) => {
    expect((await shop(args, { env: { AI_AGENT: '1' } })).stdout).toMatch(start);
  });
});

describe('-v', () => {
  it.each([['-v'], ['--timings'], ['-vv']])('%s says where the time went', async (option) => {
    const { stderr, stdout } = await shop([option, '-o', 'json']);
    expect(stderr).toMatch(
      /^kroot: time: reading \S+ms, diagnosing \S+ms, printing \S+ms\n(?:kroot: rules: .*ms\n){11}$/,
    );
    expect(stdout).toBe((await shop(['-o', 'json'])).stdout);
  });
});

function withFolder(name: string): string {
  mkdirSync(join(folder, name));
  return folder;
}
