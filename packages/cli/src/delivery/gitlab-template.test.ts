import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, workplace, type ScriptRun, type Workplace } from './npx.test.support.ts';

interface Job {
  readonly image: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly artifacts: {
    readonly when: string;
    readonly paths: readonly string[];
    readonly reports: Readonly<Record<string, string>>;
  };
}

const { kroot: job } = parse(readFileSync(join(ROOT, 'deploy/gitlab/kroot.gitlab-ci.yml'), 'utf8')) as {
  readonly kroot: Job;
};
const script = job.script.join('\n');

describe('kroot.gitlab-ci.yml', () => {
  it('uses the variables that it sets, and no other', () => {
    const used = new Set([...script.matchAll(/\$(?<name>KROOT_[A-Z_]+)/g)].map(({ groups }) => groups?.['name'] ?? ''));
    expect([...used].toSorted()).toEqual(Object.keys(job.variables).toSorted());
    // GitLab puts the inputs of components into the text of scripts.
    expect(script).not.toContain('$[[');
  });

  it('has variables as the page says', () => {
    const page = readFileSync(join(ROOT, 'docs/delivery.md'), 'utf8');
    const section = page.slice(page.indexOf('## GitLab'), page.indexOf('## In the cluster'));
    const rows = [...section.matchAll(/^\| `(?<name>KROOT_[A-Z_]+)`/gm)].map(({ groups }) => groups?.['name'] ?? '');
    expect(rows).toEqual(Object.keys(job.variables));
  });

  it('keeps its reports, which are those that the script writes, when the job fails', () => {
    expect(job.artifacts.when).toBe('always');
    expect(Object.keys(job.artifacts.reports)).toEqual(['codequality', 'junit']);
    for (const file of Object.values(job.artifacts.reports)) {
      expect(job.artifacts.paths).toContain(file);
      expect(script).toContain(`=${file}`);
    }
  });

  it('runs on the Node.js that the project is built with', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    expect(job.image).toBe(`node:${manifest.devDependencies['node']}-slim`);
  });
});

// Runners use bash where an image has it, else sh.
describe.each(['sh', 'bash'])('its script in %s', (shell) => {
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

  const run = (variables: Readonly<Record<string, string>>, code?: number): ScriptRun => {
    expect(Object.keys(variables).filter((name) => !Object.hasOwn(job.variables, name))).toEqual([]);
    return place.run([shell, '-e', '-c', script], { ...job.variables, ...variables, GITLAB_CI: 'true' }, code);
  };

  it('writes both reports and fails with findings', () => {
    const { code, stdout, words } = run({
      KROOT_FILE: 'cluster',
      KROOT_SOURCE_ROOT: 'cluster',
      KROOT_VERSION: '0.1.0',
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✖ 2 root causes explain 4 unhealthy pods/);
    expect(words.slice(0, 5)).toEqual(['--yes', '--package', '@kroot/cli@0.1.0', '--', 'kroot']);
    const read = (name: string): string => readFileSync(join(place.folder, name), 'utf8');
    const quality = JSON.parse(read('gl-code-quality-report.json')) as readonly {
      readonly check_name: string;
      readonly location: { readonly path: string };
    }[];
    expect(quality.map(({ check_name: rule, location }) => [rule, location.path])).toContainEqual([
      'secret-missing-env',
      'cluster/workloads.yaml',
    ]);
    expect(read('kroot-junit.xml')).toContain('<failure message="Secret shop/payments-db-credential does not exist');
  });

  it.each([0, 1, 2, 130])('exit code %i goes through', (code) => {
    expect(run({ KROOT_FILE: 'cluster' }, code).code).toBe(code);
  });

  it.each<[title: string, variables: Record<string, string>]>([
    ['a mode that is none', { KROOT_MODE: 'repair' }],
    ['check without files', { KROOT_MODE: 'check' }],
    ['against without check', { KROOT_AGAINST: 'live' }],
    ['a baseline with check', { KROOT_MODE: 'check', KROOT_FILE: 'k8s', KROOT_BASELINE: 'known.json' }],
    ['source-root with check', { KROOT_MODE: 'check', KROOT_FILE: 'k8s', KROOT_SOURCE_ROOT: 'k8s' }],
    ['no version', { KROOT_VERSION: '' }],
    ['a version that is a folder', { KROOT_VERSION: '../elsewhere' }],
    ['a version that is an option', { KROOT_VERSION: '-c' }],
  ])('%s is refused before npx is called', (_title, variables) => {
    const { code, stdout, stderr, words } = run(variables);
    expect({ code, stdout, words }).toEqual({ code: 2, stdout: '', words: [] });
    expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
  });

  it('takes what is known and no configuration', () => {
    writeFileSync(join(place.folder, 'mine.yaml'), 'failOn: never\n');
    expect(run({ KROOT_FILE: 'cluster', KROOT_CONFIG: 'mine.yaml' }).code).toBe(0);
    writeFileSync(join(place.folder, 'kroot.config.mjs'), 'throw new Error("run");\n');
    try {
      expect(run({ KROOT_FILE: 'cluster' }).code).toBe(2);
      const none = run({ KROOT_FILE: 'cluster', KROOT_CONFIG: 'none', KROOT_BASELINE: 'known.json' }, 1);
      expect(none.words).toEqual(expect.arrayContaining(['--no-config', '--baseline=known.json']));
    } finally {
      rmSync(join(place.folder, 'kroot.config.mjs'));
    }
  });

  it('takes hostile values for the values that they are', () => {
    const evil = '$(touch pwned)`touch pwned`"; touch pwned; \'';
    const { words } = run({ KROOT_FILE: evil, KROOT_NAMESPACE: '--as=admin', KROOT_FAIL_ON: evil }, 0);
    expect(existsSync(join(place.folder, 'pwned'))).toBe(false);
    expect(words.slice(5, 10)).toEqual([
      'diagnose',
      'cluster',
      `--filename=${evil}`,
      '--namespace=--as=admin',
      `--fail-on=${evil}`,
    ]);
  });

  it('checks manifests', () => {
    expect(run({ KROOT_MODE: 'check', KROOT_FILE: 'healthy.yaml' }, 0).words.slice(4, 7)).toEqual([
      'kroot',
      'check',
      '--filename=healthy.yaml',
    ]);
  });

  it('checks manifests that are there', () => {
    expect(run({ KROOT_MODE: 'check', KROOT_FILE: 'healthy.yaml' }).code).toBe(0);
  });
});
