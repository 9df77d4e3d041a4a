import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workspace, type Workspace } from '../config/workspace.test.support.ts';
import { brokenShop, examples } from '../run.test.support.ts';

let here: Workspace;
beforeEach(() => {
  here = workspace();
  here.write({ '.git/HEAD': 'ref: refs/heads/main\n' });
});
afterEach(() => {
  here.remove();
});

/** One Secret that is nowhere, one key that a ConfigMap lacks: a warning and a critical one. */
const deployment = (annotations = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations: {${annotations}}
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: web:1
          envFrom: [{ secretRef: { name: web-token } }]
          env:
            - name: LEVEL
              valueFrom: { configMapKeyRef: { name: web, key: level } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
data: { colour: blue }
`;

interface One {
  readonly rule: string;
  readonly severity: string;
  readonly location?: { readonly file: string; readonly line: number; readonly column: number };
  readonly suppressed_by?: { readonly carrier: string };
  readonly suppression_expired?: { readonly carrier: string };
}

interface Told {
  readonly diagnoses: readonly One[];
  readonly suppressed: readonly One[];
  readonly notices: readonly string[];
}

const NO_SECRET = 'secret-missing-env';
const NO_KEY = 'configmap-key-missing-env';
const BOTH = [`critical ${NO_KEY}`, `warning ${NO_SECRET}`];

/** What is told, as `severity rule`; what is hidden, as `rule carrier`; what is over, as `rule carrier`. */
interface Outcome {
  readonly code: number;
  readonly told: readonly string[];
  readonly hidden: readonly string[];
  readonly over: readonly string[];
  readonly notices: readonly string[];
}

async function check(...args: readonly string[]): Promise<Outcome> {
  const { code, stderr, stdout } = await here.run(['check', 'k8s', '-q', '-o', 'json', ...args], {
    now: '2026-11-20T12:00:00Z',
  });
  if (stderr !== '') throw new Error(stderr);
  const { diagnoses, notices, suppressed } = JSON.parse(stdout) as Told;
  return {
    code,
    told: diagnoses.map(({ rule, severity }) => `${severity} ${rule}`),
    hidden: suppressed.map((one) => `${one.rule} ${one.suppressed_by?.carrier ?? ''}`),
    over: diagnoses.flatMap(({ rule, suppression_expired: over }) =>
      over === undefined ? [] : [`${rule} ${over.carrier}`],
    ),
    notices,
  };
}

const suppressing = (rule: string, more = ''): string =>
  `suppressions:\n  - rule: ${rule}\n    reason: known\n${more === '' ? '' : `    ${more}\n`}`;
const ignoring = (rule: string, text: string): string => `ignore.kroot.dev/${rule}: '${text}'`;

interface Case {
  readonly config?: string;
  readonly annotations?: string;
  readonly args?: readonly string[];
  readonly expected: Partial<Outcome>;
}

describe('a configuration', () => {
  it.each<[name: string, of: Case]>([
    ['says nothing', { config: '{}', expected: { code: 1, told: BOTH, hidden: [], notices: [] } }],
    [
      'makes a rule worse',
      {
        config: `rules: { ${NO_SECRET}: critical }`,
        expected: { told: [`critical ${NO_SECRET}`, `critical ${NO_KEY}`] },
      },
    ],
    [
      'makes a rule milder',
      {
        config: `rules: { ${NO_KEY}: info }`,
        expected: { code: 0, told: [`warning ${NO_SECRET}`, `info ${NO_KEY}`] },
      },
    ],
    [
      'turns a rule off',
      { config: `rules: { ${NO_KEY}: 'off' }`, expected: { code: 0, told: [`warning ${NO_SECRET}`], hidden: [] } },
    ],
    [
      'suppresses',
      {
        config: suppressing(NO_KEY),
        expected: { code: 0, told: [`warning ${NO_SECRET}`], hidden: [`${NO_KEY} config`], notices: [] },
      },
    ],
    [
      'suppresses what waits for it',
      {
        config: suppressing(NO_SECRET, 'match: { kind: deploy, name: web }'),
        expected: { told: [`critical ${NO_KEY}`], hidden: [`${NO_SECRET} config`] },
      },
    ],
    [
      'suppresses until a day to come',
      { config: suppressing(NO_KEY, 'until: 2026-11-20'), expected: { hidden: [`${NO_KEY} config`], notices: [] } },
    ],
    [
      'suppressed until yesterday',
      {
        config: suppressing(NO_KEY, 'until: 2026-11-19'),
        expected: { code: 1, told: BOTH, hidden: [], over: [`${NO_KEY} config`], notices: [] },
      },
    ],
    [
      'suppresses what is not there, as it may be for other manifests',
      { config: suppressing('svc-selector-no-match'), expected: { told: BOTH, notices: [] } },
    ],
    [
      'names a rule on running clusters only',
      { config: `${suppressing('mutation-missed')}rules: { pvc-pending: info }`, expected: { notices: [] } },
    ],
    [
      'names a rule that there is not',
      {
        config: suppressing('secret-missing-envs'),
        expected: {
          told: BOTH,
          notices: [
            'kroot.config.yaml:2: there is no rule secret-missing-envs, which is suppressed; did you mean secret-missing-env?',
          ],
        },
      },
    ],
    ['is not asked', { config: suppressing("'*'"), args: ['--no-config'], expected: { told: BOTH, hidden: [] } }],
    ['fails on warnings', { config: `failOn: warning\n${suppressing(NO_KEY)}`, expected: { code: 1 } }],
    ['fails on nothing', { config: 'failOn: never', expected: { code: 0, told: BOTH } }],
    [
      'fails on what is new, which is all that is told where nothing is known before',
      { config: `failOn: new\n${suppressing(NO_KEY)}`, expected: { code: 1, told: [`warning ${NO_SECRET}`] } },
    ],
    [
      'fails on what is new, and nothing is told',
      { config: `failOn: new\n${suppressing("'*'")}`, expected: { code: 0, told: [] } },
    ],
    [
      'is weaker than the command line',
      { config: 'failOn: never', args: ['--fail-on', 'critical'], expected: { code: 1 } },
    ],
  ])('%s', async (_, { annotations, args = [], config = '', expected }) => {
    here.write({ 'k8s/web.yaml': deployment(annotations), 'kroot.config.yaml': config });
    expect(await check(...args)).toMatchObject(expected);
  });
});

describe('an annotation', () => {
  it.each<[name: string, annotation: string, expected: Partial<Outcome>]>([
    [
      'on the workload that waits for what is missing',
      ignoring(NO_SECRET, 'created by CI'),
      { told: [`critical ${NO_KEY}`], hidden: [`${NO_SECRET} annotation`], notices: [] },
    ],
    [
      'that is over',
      ignoring(NO_SECRET, 'created by CI; until=2026-11-01'),
      { told: BOTH, hidden: [], over: [`${NO_SECRET} annotation`] },
    ],
    [
      'without a reason',
      ignoring(NO_SECRET, ''),
      {
        told: BOTH,
        notices: [
          'Deployment/shop/web: annotation ignore.kroot.dev/secret-missing-env gives no reason, so it hides nothing',
        ],
      },
    ],
    ['for a rule on running clusters', ignoring('pvc-pending', 'slow disks'), { told: BOTH, notices: [] }],
    [
      'for a rule that there is not',
      ignoring('secret-missing-envs', 'x'),
      {
        told: BOTH,
        notices: [
          'Deployment/shop/web: annotation ignore.kroot.dev/secret-missing-envs names no rule; did you mean secret-missing-env?',
        ],
      },
    ],
  ])('%s', async (_, annotation, expected) => {
    here.write({ 'k8s/web.yaml': deployment(annotation) });
    expect(await check()).toMatchObject(expected);
  });
});

describe('what is suppressed', () => {
  beforeEach(() => {
    here.write({ 'k8s/web.yaml': deployment(), 'kroot.config.yaml': suppressing(NO_KEY) });
  });

  it('is counted, and shown with its place when asked for', async () => {
    const plain = await here.run(['check', 'k8s']);
    expect(plain.stdout).toContain(' · 1 suppressed · ');
    expect(plain.stdout).not.toContain(NO_KEY);
    const { stdout } = await here.run(['check', 'k8s', '--show-suppressed']);
    expect(stdout.slice(stdout.indexOf('Suppressed\n'))).toBe(
      [
        'Suppressed',
        '– CRITICAL  ConfigMap shop/web has no key level        configmap-key-missing-env',
        '            k8s/web.yaml:18:28',
        '            known (configuration)',
        '',
        '1 warning · 1 suppressed · 2 manifests · --details',
        '',
      ].join('\n'),
    );
  });

  it('has its place in SARIF', async () => {
    const { stdout } = await here.run(['check', 'k8s', '-o', 'sarif']);
    const { runs } = JSON.parse(stdout) as {
      readonly runs: readonly { readonly results: readonly Readonly<Record<string, unknown>>[] }[];
    };
    expect(runs[0]?.results.find(({ ruleId }) => ruleId === NO_KEY)).toMatchObject({
      suppressions: [{ justification: 'known' }],
      locations: [{ physicalLocation: { region: { startLine: 18, startColumn: 28 } } }],
    });
  });
});

describe('--against', () => {
  const STUCK = deployment().replace('{ name: web-token }', '{ name: web-token, optional: true }');
  const ALONE = STUCK.slice(0, STUCK.indexOf('---'));
  const shop = async (config: string, manifest: string): Promise<Outcome> => {
    cpSync(brokenShop, join(here.path, 'shop'), { recursive: true });
    here.write({ 'k8s/web.yaml': manifest, 'kroot.config.yaml': config });
    return check('--against', 'shop');
  };

  it.each<[name: string, config: string, expected: Partial<Outcome>]>([
    ['a severity that was chosen is kept', `rules: { ${NO_KEY}: warning }`, { code: 0, told: [`warning ${NO_KEY}`] }],
    ['a rule that is off', `rules: { ${NO_KEY}: 'off' }`, { code: 0, told: [] }],
    [
      'a suppression',
      suppressing(NO_KEY, 'until: 2026-12-01'),
      { code: 0, told: [], hidden: [`${NO_KEY} config`], notices: [] },
    ],
    [
      'a suppression that is over at the time of the capture',
      suppressing(NO_KEY, 'until: 2026-11-01'),
      { code: 1, told: [`critical ${NO_KEY}`], over: [`${NO_KEY} config`] },
    ],
  ])('%s', async (_, config, expected) => {
    expect(await shop(config, STUCK)).toMatchObject(expected);
  });

  it('a rule on manifests themselves', async () => {
    const refused = ALONE.replace('labels: { app: web }', 'labels: { app: webs }').replace(/\n {10}env:[^]*$/, '\n');
    expect(await shop('{}', refused)).toMatchObject({ code: 1, told: ['critical manifest-refused'] });
    expect(await shop('rules: { manifest-refused: info }', refused)).toMatchObject({
      code: 0,
      told: ['info manifest-refused'],
    });
    expect(await shop(suppressing('manifest-refused'), refused)).toMatchObject({
      code: 0,
      told: [],
      hidden: ['manifest-refused config'],
    });
  });
});

describe('a rule of kroot check', () => {
  it.each([
    ['manifest-refused', []],
    [
      'manifest-refusd',
      ['kroot.config.yaml:2: there is no rule manifest-refusd, which is suppressed; did you mean manifest-refused?'],
    ],
  ])('%s in a diagnosis', async (rule, notices) => {
    cpSync(brokenShop, join(here.path, 'shop'), { recursive: true });
    here.write({ 'kroot.config.yaml': suppressing(rule, 'match: { namespace: nowhere }') });
    const { stdout } = await here.run(['diagnose', 'cluster', '-f', 'shop', '-o', 'json']);
    expect((JSON.parse(stdout) as Told).notices).toEqual(notices);
  });
});

describe('a plugin', () => {
  const plugin = join(examples, 'custom-analyzer/src/index.ts');
  const QUEUE = `apiVersion: messaging.example.com/v1
kind: Queue
metadata: { name: orders, namespace: shop }
`;

  it('of the configuration runs, and its rules are known', async () => {
    here.write({
      'k8s/queue.yaml': QUEUE,
      'kroot.config.yaml': `plugins: ['${plugin}']\n${suppressing('acme/queue-not-ready')}`,
    });
    const { stdout } = await here.run(['check', 'k8s', '-o', 'json']);
    const { notices, tool } = JSON.parse(stdout) as Told & { readonly tool: { readonly plugins: readonly string[] } };
    expect([tool.plugins, notices]).toEqual([['kroot-plugin-queue 0.1.0'], []]);
  });
});
