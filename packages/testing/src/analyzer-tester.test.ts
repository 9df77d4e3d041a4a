import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ref, type Analyzer, type AnalyzerContext, type Finding } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import {
  analyzerTester,
  checkFiring,
  configMap,
  parseCluster,
  pod,
  secret,
  withoutKinds,
  type AnalyzerCases,
} from './index.ts';
import { finding, sample } from './sample-analyzer.test.support.ts';

const broken = [pod('web').secretKey('db', 'p'), secret('other', ['p']), configMap('db', { p: 'x' })];
const fine = [pod('web').secretKey('db', 'p'), secret('db', ['p'])];
const cases: AnalyzerCases = {
  silent: [{ name: 'silent', cluster: fine }],
  fires: [{ name: 'fires', cluster: broken, expect: [{ message: /^Secret shop\/db/, subject: 'Secret/shop/db' }] }],
};

/** Runs the tester without a framework and gives what each test says: '' when it passes. */
async function outcomes(analyzer: Analyzer, given: AnalyzerCases): Promise<readonly string[]> {
  const tests: (() => Promise<void>)[] = [];
  analyzerTester(analyzer, {
    describe: (_, body) => {
      body();
    },
    it: (_, body) => tests.push(body),
  }).run(given);
  return Promise.all(
    tests.map((test) =>
      test().then(
        () => '',
        (error: unknown) => String(error),
      ),
    ),
  );
}

function meta(change: Partial<Analyzer['meta']>): Analyzer {
  return { ...sample, meta: { ...sample.meta, ...change } };
}

/** The same rule, with something else done to each finding. */
function spoiled(change: (found: Finding, context: AnalyzerContext) => Partial<Finding>): Analyzer {
  return {
    ...sample,
    *analyze(context) {
      for (const found of sample.analyze(context)) yield { ...found, ...change(found, context) };
    },
  };
}

const command = (...argv: string[]): Partial<Finding> => ({
  fixes: [{ summary: 's', steps: [], commands: [{ argv }], effect: 'change', where: 'cluster' }],
});

describe('a sound rule', () => {
  it('passes', async () => {
    expect(await outcomes(sample, cases)).toEqual(['', '', '']);
  });

  it('passes with valid and invalid, YAML, and nothing expected in particular', async () => {
    const yaml = `
kind: List
apiVersion: v1
items:
  - { apiVersion: v1, kind: Secret, metadata: { name: other, namespace: shop } }
  - apiVersion: v1
    kind: Pod
    metadata: { name: web, namespace: shop }
    spec: { containers: [{ name: a, env: [{ name: P, valueFrom: { secretKeyRef: { name: db, key: p } } }] }] }
`;
    const given = { valid: [{ name: 'v', cluster: fine }], invalid: [{ name: 'i', cluster: yaml }] };
    expect(await outcomes(sample, given)).toEqual(['', '', '']);
  });
});

describe('what is wrong is told', () => {
  it.each<[string, Analyzer]>([
    ['should find something, says nothing', { ...sample, analyze: () => [] }],
    ['not expected: critical "Other"', spoiled(() => ({ message: 'Other' }))],
    ['expected {"message":"/^Secret', spoiled(() => ({ subject: ref('ConfigMap', 'shop', 'db') }))],
    ['speaks for the rule acme/other', spoiled(() => ({ rule: 'acme/other' }))],
    ['message, which has no full stop', spoiled(({ message }) => ({ message: `${message}.` }))],
    ['cause, which is a sentence', spoiled(() => ({ cause: 'no sentence' }))],
    ['has no evidence', spoiled(() => ({ evidence: [] }))],
    ['confidence 7', spoiled(() => ({ confidence: 7 }))],
    ['a fault without a way to repair it', spoiled(() => ({ fixes: [] }))],
    ['something to fill in: kubectl get pod <name>', spoiled(() => command('kubectl', 'get', 'pod', '<name>'))],
    ['a command cannot run', spoiled(() => command('kubectl', 'mend', 'pod', 'web'))],
    ['a command cannot run', spoiled(() => command('kubectl', 'get', 'pod', 'web', '--force-it'))],
    [
      'the group of Deployment is "apps", not ""',
      spoiled(() => ({
        because: [{ ref: { group: '', kind: 'Deployment', namespace: 'shop', name: 'x' }, mechanism: 'image' }],
      })),
    ],
    ['affects Node/w7', spoiled(() => ({ affects: [ref('Node', undefined, 'w7')] }))],
    [
      'says something else when the same objects come in another order',
      (() => {
        let runs = 0;
        return spoiled(() => ({ notes: [`run ${(runs += 1)}.`] }));
      })(),
    ],
    [
      'takes a Secret that could not be read for a missing one',
      {
        ...sample,
        *analyze(context: AnalyzerContext) {
          yield* sample.analyze(context);
          // The usual mistake: not found in the list, so not there.
          const known = new Set(context.snapshot.list('Secret').map(({ metadata }) => metadata.name));
          if (!known.has('other')) yield finding(ref('Secret', 'shop', 'other'), 'web');
        },
      },
    ],
    [
      'cannot have seen anything, but says',
      { ...sample, analyze: () => [finding(ref('Secret', 'shop', 'db'), 'web')] },
    ],
  ])('%s', async (words, analyzer) => {
    const [, , fires] = await outcomes(analyzer, cases);
    expect(fires).toContain(words);
    expect(fires).toContain('acme/sample:\n- ');
  });

  it.each<[string, Analyzer, AnalyzerCases]>([
    ['id "Bad_Id"', meta({ id: 'Bad_Id' }), cases],
    ['reads nothing', meta({ reads: [] }), cases],
    ['breaks nothing', meta({ breaks: [] }), cases],
    ['waits for nothing', meta({ role: 'symptom' }), cases],
    ['docs.references is empty', meta({ docs: { ...sample.meta.docs, references: [] } }), cases],
    ['still say TODO', meta({ title: 'TODO' }), cases],
    ['docs.silent is empty', meta({ docs: { ...sample.meta.docs, silent: ' ' } }), cases],
    ['has no case in which it fires', sample, { silent: cases.silent ?? [] }],
    ['has no case in which it stays silent', sample, { fires: cases.fires ?? [] }],
    [
      'finds something in a healthy cluster',
      { ...sample, analyze: () => [finding(ref('Secret', 'shop', 'db'), 'web')] },
      cases,
    ],
  ])('%s', async (words, analyzer, given) => {
    const [first] = await outcomes(analyzer, given);
    expect(first).toContain(words);
  });

  it('a silent case in which it fires', async () => {
    const [, silent] = await outcomes(sample, { silent: [{ name: 's', cluster: broken }], fires: cases.fires ?? [] });
    expect(silent).toContain('should be silent, says critical "Secret shop/db does not exist" on Secret/shop/db');
  });

  it('a cluster that is no YAML', async () => {
    await expect(checkFiring(sample, { name: 'x', cluster: 'a: [' })).rejects.toThrow('is no YAML');
  });

  it('no test framework', () => {
    expect(() => analyzerTester(sample)).toThrow('pass describe and it');
  });
});

it('runs with the test runner of Node', () => {
  const file = join(import.meta.dirname, 'node-test.test.support.ts');
  const { status, stdout } = spawnSync(
    process.execPath,
    ['-C', '@kroot/source', '--test', '--test-reporter=tap', file],
    // A runner within a runner would report to the outer one.
    { encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  );
  expect(stdout).toMatch(/# pass 3\n# fail 0/);
  expect(status).toBe(0);
});

describe('withoutKinds', () => {
  it('hides objects, and proves nothing about them', async () => {
    const whole = await parseCluster(broken);
    const rest = withoutKinds(whole, ['Secret']);
    expect(rest.kinds()).toEqual(['ConfigMap', 'Pod']);
    expect([whole.size, rest.size]).toEqual([3, 2]);
    expect(rest.list('Secret', 'shop')).toEqual([]);
    expect(rest.lookup(ref('Secret', 'shop', 'other')).state).toBe('unknown');
    expect(rest.lookup(ref('ConfigMap', 'shop', 'db')).state).toBe('present');
    expect([rest.coverage.state('Secret'), rest.coverage.state('Pod', 'shop')]).toEqual(['not-collected', 'complete']);
    const [hidden] = whole.list('Secret');
    expect(rest.byUid(hidden?.metadata.uid ?? '')).toBeUndefined();
    expect(whole.byUid(hidden?.metadata.uid ?? '')).toBe(hidden);
  });
});
