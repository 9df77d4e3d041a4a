import { type Baseline, type BaselineEntry, type Report } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { deployment, pod, rule, shop, snapshotOf } from '../cluster.test.support.ts';
import { diagnose, type DiagnoseOptions } from '../diagnose.ts';
import { nextBaseline } from './next-baseline.ts';

const cluster = snapshotOf(shop('api', ['x1']), shop('web', ['y1']));
const badImage = rule('bad-image', { breaks: ['image'] }, [
  { subject: deployment('api'), severity: 'critical' },
  { subject: deployment('web'), severity: 'warning' },
]);
const remark = rule('remark', {}, [{ subject: deployment('web'), severity: 'info' }]);
const podDown = rule('pod-down', { role: 'symptom', waitsFor: ['scheduling'] }, [{ subject: pod('web-abc12-y1') }]);
const rules = [badImage, remark, podDown];

function run(options: Partial<DiagnoseOptions> = {}): Report {
  return diagnose(cluster, { analyzers: rules, ...options });
}

const all = run();
const entries: readonly BaselineEntry[] = [
  ...all.diagnoses.map(({ id, rule: of, rootCause }) => ({ id, rule: of, namespace: rootCause.namespace ?? '' })),
  ...all.unexplained.map(({ id = '', rule: of, resource }) => ({ id, rule: of, namespace: resource.namespace ?? '' })),
];
const named = (...some: readonly BaselineEntry[]): Baseline => ({ name: 'base.json', entries: some });
const entry = (more: Partial<BaselineEntry> = {}): BaselineEntry => ({
  id: '0123456789abcdef',
  rule: 'bad-image',
  namespace: 'prod',
  ...more,
});

test('what is in it is suppressed, and what is not is new; remarks are never new', () => {
  expect(entries.map(({ rule: of }) => of)).toEqual(['bad-image', 'bad-image', 'remark', 'pod-down']);
  const [first] = entries;
  if (first === undefined) throw new Error('no entries');
  const report = run({ baseline: named(first) });
  expect(report.suppressed.map(({ suppressedBy }) => suppressedBy)).toEqual([
    { carrier: 'baseline', reason: 'known before, in base.json' },
  ]);
  expect(report.baseline).toEqual({ name: 'base.json', known: 1, added: 2, gone: 0, unseen: 0 });
  expect(run({ baseline: named(...entries) }).baseline).toEqual({
    name: 'base.json',
    known: 4,
    added: 0,
    gone: 0,
    unseen: 0,
  });
  expect(run({ baseline: named() }).baseline?.added).toBe(3);
  expect(run().baseline).toBeUndefined();
});

test('what is suppressed otherwise is not new', () => {
  const report = run({ baseline: named(), suppressions: [{ rule: 'bad-image', reason: 'x' }] });
  expect(report.baseline?.added).toBe(1);
});

describe('what is not found any more', () => {
  test.each<[string, BaselineEntry, Partial<DiagnoseOptions>, 'gone' | 'unseen']>([
    ['is gone', entry(), {}, 'gone'],
    ['is gone in its namespace', entry(), { namespace: 'prod' }, 'gone'],
    ['is unseen in another namespace', entry({ namespace: 'dev' }), { namespace: 'prod' }, 'unseen'],
    ['is unseen when one object was asked for', entry(), { target: deployment('api') }, 'unseen'],
    ['is unseen when its rule is off', entry(), { severities: new Map([['bad-image', 'off']]) }, 'unseen'],
    ['is unseen when its rule does not exist', entry({ rule: 'old-rule' }), {}, 'unseen'],
    [
      'is unseen when its rule failed',
      entry({ rule: 'broken' }),
      {
        analyzers: [
          {
            ...rule('broken', {}, []),
            analyze() {
              throw new Error('broken');
            },
          },
        ],
      },
      'unseen',
    ],
  ])('%s', (_, known, options, state) => {
    const counts = run({ baseline: named(known), ...options }).baseline;
    expect([counts?.gone, counts?.unseen]).toEqual(state === 'gone' ? [1, 0] : [0, 1]);
  });

  test('is unseen when what its rule reads was not read', () => {
    const partial = snapshotOf([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }]);
    const report = diagnose(partial, { analyzers: [rule('bad-image', {}, [])], baseline: named(entry()) });
    expect(report.coverage.complete).toBe(false);
    expect(report.baseline).toMatchObject({ gone: 0, unseen: 1 });
  });
});

test('a finding in no namespace is not looked at in one', () => {
  const { namespace: _namespace, ...clusterWide } = entry();
  expect(run({ baseline: named(clusterWide), namespace: 'prod' }).baseline?.unseen).toBe(1);
});

describe('the next baseline', () => {
  const old = entry();
  const elsewhere = entry({ id: 'fedcba9876543210', namespace: 'dev' });
  const [first, ...others] = all.diagnoses.map(({ id }) => id);
  const ids = (
    before: Baseline | undefined,
    prune: boolean,
    options: Partial<DiagnoseOptions> = {},
  ): readonly string[] =>
    nextBaseline(cluster, run({ ...options, ...(before && { baseline: before }) }), { before, prune }).map(
      ({ id }) => id,
    );

  test('is all that is found', () => {
    expect(ids(undefined, false).toSorted()).toEqual(entries.map(({ id }) => id).toSorted());
  });

  test('loses what is gone and keeps what was not looked at', () => {
    const before = named(old, elsewhere, ...entries.filter(({ id }) => id === first));
    // Nothing in the file speaks of the other namespace.
    expect(ids(before, false).toSorted()).toEqual([...entries.map(({ id }) => id), elsewhere.id].toSorted());
    expect(new Set(ids(before, true))).toEqual(new Set([first, elsewhere.id]));
    expect(others.some((id) => ids(before, true).includes(id))).toBe(false);
  });

  test('does not know what is hidden otherwise, which may end some day', () => {
    const suppressions = [{ rule: 'bad-image', reason: 'x' }];
    expect(nextBaseline(cluster, run({ suppressions }), { before: undefined }).map((each) => each.rule)).toEqual([
      'pod-down',
      'remark',
    ]);
  });

  test('is sorted', () => {
    const next = nextBaseline(cluster, run(), { before: undefined }).map((each) => `${each.rule} ${each.id}`);
    expect(next).toEqual(next.toSorted());
  });
});
