import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, workplace, type ScriptRun, type Workplace } from './npx.test.support.ts';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const source = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const action = parse(source) as Action;
const script = readFileSync(join(ROOT, 'action/kroot.sh'), 'utf8');
const step = action.runs.steps.find(({ id }) => id === 'kroot');
const version = (JSON.parse(readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8')) as { version: string })
  .version;

describe('action.yml', () => {
  it('hands inputs over as variables, and never as text of a script', () => {
    expect(action.runs.using).toBe('composite');
    const scripts = action.runs.steps.flatMap(({ run }) => run ?? []);
    expect(scripts).toEqual(['bash "$GITHUB_ACTION_PATH/action/kroot.sh"']);
    expect([...scripts, script].filter((text) => text.includes('${{'))).toEqual([]);
    for (const { run, shell } of action.runs.steps) expect(run === undefined).toBe(shell === undefined);
  });

  it.each(Object.keys(action.inputs))('uses the input %s', (name) => {
    expect(source).toMatch(new RegExp(String.raw`\binputs\.${name}\b`));
    expect(action.inputs[name]?.description).toMatch(/^[A-Za-z].{10}/);
  });

  it('uses no variable that it does not set, and sets none that it does not use', () => {
    const set = Object.keys(step?.env ?? {});
    const used = new Set([...script.matchAll(/\bKROOT_[A-Z_]+/g)].map(([name]) => name));
    expect([...used].toSorted()).toEqual(set.toSorted());
    const values = Object.values(step?.env ?? {}).map((value) => /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)?.[1]);
    expect(values.filter((name) => name === undefined || !Object.hasOwn(action.inputs, name))).toEqual([]);
  });

  it('has inputs and outputs as the page says', () => {
    const page = readFileSync(join(ROOT, 'docs/delivery.md'), 'utf8');
    const section = page.slice(page.indexOf('## GitHub Action'), page.indexOf('## GitLab'));
    const rows = [...section.matchAll(/^\| `(?<name>[a-z-]+)` +\| (?<middle>[^|]*?) *\|/gm)].map(
      ({ groups }) => groups?.['name'] ?? '',
    );
    expect(rows).toEqual([...Object.keys(action.inputs), ...Object.keys(action.outputs)]);
  });
});

/** Runs the script as the runner does: all inputs as variables, those not given by their default. */
function runAction(place: Workplace, inputs: Readonly<Record<string, string>>, code?: number): ScriptRun {
  const unknown = Object.keys(inputs).filter((name) => !Object.hasOwn(action.inputs, name));
  expect(unknown).toEqual([]);
  const value = (name: string): string => inputs[name] ?? action.inputs[name]?.default ?? '';
  const env = Object.fromEntries(
    Object.entries(step?.env ?? {}).map(([name, text]) => [
      name,
      text.replaceAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_all, input: string) => value(input)),
    ]),
  );
  return place.run(['bash', '-c', step?.run ?? ''], { ...env, GITHUB_ACTION_PATH: ROOT, GITHUB_ACTIONS: 'true' }, code);
}

describe('action/kroot.sh', () => {
  let place: Workplace;
  beforeAll(() => {
    place = workplace();
    cpSync(join(ROOT, 'examples/broken-shop/cluster'), join(place.folder, 'cluster'), { recursive: true });
    writeFileSync(
      join(place.folder, 'healthy.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\n',
    );
  });
  afterAll(() => place.remove());

  it('fails with findings, with annotations, a job summary and SARIF', () => {
    const run = runAction(place, {
      file: 'cluster',
      'source-root': 'cluster',
      'sarif-file': 'kroot.sarif',
      output: 'json=report.json\njunit=junit.xml\n',
    });
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^✖ 2 root causes explain 4 unhealthy pods/);
    expect(run.stderr).toMatch(/^::error file=cluster\/workloads\.yaml,line=\d+,title=kroot%3A secret-missing-env::/);
    expect(run.summary).toMatch(/^### ✖ 2 root causes explain 4 unhealthy pods/);
    expect(run.outputs).toBe('exit-code=1\nsarif-file=kroot.sarif\n');
    const sarif = JSON.parse(readFileSync(join(place.folder, 'kroot.sarif'), 'utf8')) as {
      readonly version: string;
      readonly runs: readonly { readonly results: readonly unknown[] }[];
    };
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0]?.results.length).toBeGreaterThan(0);
    for (const name of ['report.json', 'junit.xml']) expect(existsSync(join(place.folder, name))).toBe(true);
    expect(run.words.slice(0, 5)).toEqual(['--yes', '--package', `@kroot/cli@${version}`, '--', 'kroot']);
  });

  it('succeeds without findings', () => {
    const run = runAction(place, { file: 'healthy.yaml\n', namespace: 'shop', 'fail-on': 'warning' });
    expect(run).toMatchObject({ code: 0, outputs: 'exit-code=0\n' });
    expect(run.stdout).toMatch(/^✔ No problems found in healthy\.yaml/);
  });

  it.each([0, 1, 2, 3, 130])('exit code %i goes through', (code) => {
    const run = runAction(place, { file: 'cluster' }, code);
    expect(run).toMatchObject({ code, outputs: `exit-code=${code}\n` });
    expect(run.words.slice(5)).toEqual([
      'diagnose',
      'cluster',
      '--all-namespaces',
      '--filename=cluster',
      '--output=text',
    ]);
  });

  it.each<[title: string, inputs: Record<string, string>, says: string]>([
    ['a mode that is none', { mode: 'repair' }, 'mode is to be'],
    ['check without files', { mode: 'check' }, 'needs the input file'],
    ['against without check', { against: 'live' }, 'for mode: check'],
    ['a baseline with check', { mode: 'check', file: 'k8s', baseline: 'known.json' }, 'for mode: diagnose'],
    ['source-root with check', { mode: 'check', file: 'k8s', 'source-root': 'k8s' }, 'for mode: diagnose'],
    ['a SARIF file of two lines', { 'sarif-file': 'a\nexit-code=0' }, 'one path'],
    ['a version that is an address', { version: 'https://example.com/a.tgz' }, 'version or a tag'],
    ['a version that is a folder', { version: '../elsewhere' }, 'version or a tag'],
    ['a version that is another package', { version: 'npm:other@1.0.0' }, 'version or a tag'],
    ['a version that is an option', { version: '--call=id' }, 'version or a tag'],
  ])('%s is refused before npx is called', (_title, inputs, says) => {
    const run = runAction(place, inputs);
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/^::error title=kroot::[^\n]+\n$/);
    expect(run.stdout).toContain(says);
    expect(run.words).toEqual([]);
    expect(run.outputs).toBe('exit-code=2\n');
  });

  it('takes what is known and no configuration', () => {
    const known = runAction(place, { file: 'cluster', output: 'json=known.json', 'fail-on': 'never' });
    expect(known.code).toBe(0);
    const inputs = { file: 'cluster', baseline: 'known.json', 'fail-on': 'new' };
    expect(runAction(place, inputs)).toMatchObject({ code: 0, outputs: 'exit-code=0\n' });
    writeFileSync(join(place.folder, 'mine.yaml'), 'failOn: never\n');
    expect(runAction(place, { file: 'cluster', config: 'mine.yaml' }).code).toBe(0);
    writeFileSync(join(place.folder, 'kroot.config.mjs'), 'throw new Error("run");\n');
    try {
      expect(runAction(place, inputs).code).toBe(2);
      const none = runAction(place, { ...inputs, config: 'none' });
      expect(none.code).toBe(0);
      expect(none.words).toContain('--no-config');
    } finally {
      rmSync(join(place.folder, 'kroot.config.mjs'));
    }
  });

  it('takes hostile inputs for the values that they are', () => {
    const evil = '$(touch pwned)`touch pwned`"; touch pwned; \'';
    const run = runAction(
      place,
      { file: `${evil}\n--kubeconfig=x`, namespace: '--as=admin', output: `json=${evil}`, 'fail-on': evil },
      0,
    );
    expect(existsSync(join(place.folder, 'pwned'))).toBe(false);
    expect(run.words.slice(5)).toEqual([
      'diagnose',
      'cluster',
      `--filename=${evil}`,
      '--filename=--kubeconfig=x',
      '--namespace=--as=admin',
      `--fail-on=${evil}`,
      '--output=text',
      `--output=json=${evil}`,
    ]);
  });

  it('leaves no SARIF of an earlier run', () => {
    writeFileSync(join(place.folder, 'old.sarif'), '{}');
    // The npx of this run does not come to write one.
    const run = runAction(place, { 'sarif-file': 'old.sarif', version: '-' });
    expect(run.outputs).toBe('exit-code=2\n');
    expect(existsSync(join(place.folder, 'old.sarif'))).toBe(false);
  });

  it('names the SARIF file from the root of the workspace', () => {
    const path = (directory: string, file: string): string =>
      runAction(place, { file: 'cluster', 'sarif-file': file, 'working-directory': directory }, 1).outputs;
    expect(path('apps/shop', 'kroot.sarif')).toBe('exit-code=1\nsarif-file=apps/shop/kroot.sarif\n');
    const absolute = join(place.folder, 'absolute.sarif');
    expect(path('apps/shop', absolute)).toBe(`exit-code=1\nsarif-file=${absolute}\n`);
  });

  it('checks manifests', () => {
    const run = runAction(place, { mode: 'check', file: 'k8s', against: 'live', version: '1.2.3-rc.1' }, 0);
    expect(run.words).toEqual(
      [
        '--yes',
        '--package',
        '@kroot/cli@1.2.3-rc.1',
        '--',
        'kroot',
        'check',
        '--against=live',
        '--filename=k8s',
      ].concat('--output=text'),
    );
  });

  it('checks manifests that are there', () => {
    const run = runAction(place, { mode: 'check', file: 'healthy.yaml', 'sarif-file': 'check.sarif' });
    expect(run).toMatchObject({ code: 0, outputs: 'exit-code=0\nsarif-file=check.sarif\n' });
  });
});
