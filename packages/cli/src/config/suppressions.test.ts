import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokenShop, type Run } from '../run.test.support.ts';
import { workspace, type Workspace } from './workspace.test.support.ts';

let here: Workspace;
beforeEach(() => {
  here = workspace();
  cpSync(brokenShop, join(here.path, 'shop'), { recursive: true });
});
afterEach(() => {
  here.remove();
});

/** Suppresses both root causes of the example, one of them until yesterday, as its clock has it (2026-11-20). */
const CONFIG = `suppressions:
  - rule: secret-missing-env
    match: { kind: deploy, namespace: sh*, name: payments-api }
    reason: created by CI at deploy
    until: 2027-01-31
    owner: team-shop
  - rule: sched-*
    reason: the nodes come next week
    until: 2026-11-19
  - rule: ingress-backend-empty
    match: { namespace: dev-* }
    reason: dev has no pods at night
`;

const shop = (...args: readonly string[]): Promise<Run> => here.run(['diagnose', 'cluster', '-f', 'shop', ...args]);

describe('suppressions of the configuration', () => {
  beforeEach(() => {
    here.write({ 'kroot.config.yaml': CONFIG });
  });

  it('are counted, and listed when asked for; one that is over says so', async () => {
    const plain = await shop();
    expect(plain.code).toBe(1);
    expect(plain.stdout).toContain(' · 1 suppressed · ');
    expect(plain.stdout).not.toContain('created by CI at deploy');
    const { stdout } = await shop('--show-suppressed', '--no-show-fixes');
    await expect(stdout).toMatchFileSnapshot('../__golden__/suppressed.txt');
  });

  it('are whole in JSON, and kroot render prints the same', async () => {
    const { stdout } = await shop('-o', 'json=report.json', '-o', 'text', '--show-suppressed');
    expect((await here.run(['render', 'report.json', '--no-config', '--show-suppressed'])).stdout).toBe(stdout);
    expect(JSON.parse(readFileSync(join(here.path, 'report.json'), 'utf8'))).toMatchObject({
      schema_version: '1.2',
      issue_count: 1,
      diagnoses: [
        {
          rule: 'sched-node-selector-mismatch',
          suppression_expired: { carrier: 'config', reason: 'the nodes come next week', until: '2026-11-19' },
        },
      ],
      suppressed: [
        {
          rule: 'secret-missing-env',
          suppressed_by: {
            carrier: 'config',
            reason: 'created by CI at deploy',
            until: '2027-01-31',
            owner: 'team-shop',
          },
        },
      ],
      notices: [
        'kroot.config.yaml:10: the suppression of ingress-backend-empty fits nothing that was found; remove it if it is not needed any more',
      ],
    });
  });

  it('are suppressions in SARIF, with why', async () => {
    const { stdout } = await shop('-o', 'sarif');
    const { runs } = JSON.parse(stdout) as { readonly runs: readonly { readonly results: readonly object[] }[] };
    expect(runs[0]?.results).toMatchObject([
      { ruleId: 'sched-node-selector-mismatch' },
      {
        ruleId: 'secret-missing-env',
        suppressions: [{ kind: 'external', status: 'accepted', justification: 'created by CI at deploy' }],
      },
    ]);
    expect(runs[0]?.results[0]).not.toHaveProperty('suppressions');
    const github = await shop('-o', 'sarif:github', '--source-root', 'shop');
    expect(github.stdout).not.toContain('secret-missing-env');
    expect(github.stderr).toContain('left out what is suppressed, since GitHub would show it: 1 finding');
  });

  it('do not make a comparison say that something is gone', async () => {
    await shop('--no-config', '-o', 'json=before.json');
    await shop('-o', 'json=after.json');
    const { code, stdout } = await here.run(['diff', 'before.json', 'after.json']);
    expect(code).toBe(0);
    expect(stdout).not.toContain('Gone');
    expect((await here.run(['diff', 'after.json', 'before.json'])).code).toBe(0);
  });
});

describe('annotations', () => {
  /** Puts an annotation on one of the objects of the example. */
  const annotate = (file: string, kind: string, name: string, annotation: string): void => {
    const text = readFileSync(join(here.path, 'shop', file), 'utf8');
    const start = text.indexOf(`    metadata:\n      name: ${name}\n`, text.indexOf(`kind: ${kind}\n`));
    const head = text.slice(0, start);
    const tail = text
      .slice(start)
      .replace('    metadata:\n', `    metadata:\n      annotations:\n        ${annotation}\n`)
      .replace(/^ {6}annotations:\n(?= {8}deployment)/m, '      x:\n');
    here.write({ [`shop/${file}`]: head + tail });
  };
  it.each<[string, string, string, string]>([
    ['workloads.yaml', 'Deployment', 'payments-api', 'Deployment/shop/payments-api'],
    ['cluster.yaml', 'Namespace', 'shop', 'Namespace/shop'],
  ])('in %s on %s %s', async (file, kind, name, resource) => {
    annotate(file, kind, name, 'ignore.kroot.dev/secret-missing-env: "made by CI; until=2027-01-31; owner=team-shop"');
    const report = JSON.parse((await shop('-o', 'json')).stdout) as object;
    expect(report).toMatchObject({
      issue_count: 1,
      suppressed: [
        {
          rule: 'secret-missing-env',
          suppressed_by: {
            carrier: 'annotation',
            reason: 'made by CI',
            until: '2027-01-31',
            owner: 'team-shop',
            resource,
          },
        },
      ],
    });
  });

  it('are found in a capture too', async () => {
    annotate(
      'cluster.yaml',
      'Namespace',
      'shop',
      'ignore.kroot.dev/secret-missing-env: "made by CI; until=2026-11-01"',
    );
    expect((await shop()).stdout).toContain('Its suppression expired 18 days ago: made by CI (until 2026-11-01).');
  });

  it('weigh', async () => {
    const order = async (...args: readonly string[]): Promise<string> => (await shop('-o', 'name', ...args)).stdout;
    annotate('workloads.yaml', 'Deployment', 'report-worker', 'kroot.dev/weight: "50"');
    const heavy = 'deployment.apps/report-worker -n shop\nsecret/payments-db-credential -n shop\n';
    expect(await order()).toBe(heavy);
    here.write({ 'kroot.config.yaml': 'weights:\n  - match: { kind: Ingress }\n    weight: 1000\n' });
    expect(await order()).toBe('secret/payments-db-credential -n shop\ndeployment.apps/report-worker -n shop\n');
    expect(await order('--no-config')).toBe(heavy);
    expect((await shop('--details')).stdout).toContain(
      'Weight: 50, by the annotation on Deployment/shop/report-worker',
    );
  });
});
