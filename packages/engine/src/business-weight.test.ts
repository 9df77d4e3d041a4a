import { formatRef, type Fix, type Report } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { deployment, rule, secret, shop, snapshotOf, type Said } from './cluster.test.support.ts';
import { diagnose, type DiagnoseOptions } from './diagnose.ts';
import { annotated, type Annotations } from './suppress/annotated.test.support.ts';

const objects = [...shop('api', ['x1', 'x2', 'x3']), ...shop('web', ['y1'])];
const fix = (effect: Fix['effect']): Fix => ({ summary: 'x', steps: [], commands: [], effect, where: 'cluster' });
/** Both hold up as much. */
const down = (more: Partial<Said> = {}): ReturnType<typeof rule> =>
  rule('bad', { breaks: ['image'] }, [
    { subject: deployment('web'), affects: [deployment('web'), secret('x')], confidence: 1 },
    { subject: deployment('api'), affects: [deployment('api')], confidence: 1, ...more },
  ]);

interface Case extends Partial<DiagnoseOptions> {
  readonly annotations?: Annotations;
}

function run({ annotations = {}, ...options }: Case): Report {
  return diagnose(snapshotOf(annotated(objects, annotations)), { analyzers: [down()], ...options });
}

function order({ diagnoses }: Report): readonly string[] {
  return diagnoses.map(({ impact, rootCause }) => `${rootCause.name} ${impact.score}`);
}

const worth = (weight: string): Readonly<Record<string, string>> => ({ 'kroot.dev/weight': weight });

describe('weights', () => {
  test.each<[string, Case, readonly string[]]>([
    ['none: equal ones are ordered by fingerprint', {}, ['web 8', 'api 8']],
    ['an annotation', { annotations: { 'Deployment/api': worth('5') } }, ['api 40', 'web 8']],
    ['an annotation of less', { annotations: { 'Deployment/web': worth('0.5') } }, ['api 8', 'web 4']],
    ['the namespace of both', { annotations: { 'Namespace/prod': worth('2') } }, ['web 16', 'api 16']],
    [
      'the object is stronger than its namespace',
      { annotations: { 'Namespace/prod': worth('2'), 'Deployment/api': worth('3') } },
      ['api 24', 'web 16'],
    ],
    ['configuration', { weights: [{ match: { name: 'ap*' }, weight: 5 }] }, ['api 40', 'web 8']],
    [
      'the largest that fits, in whatever order',
      {
        weights: [
          { match: { namespace: 'prod' }, weight: 5 },
          { match: { name: 'web' }, weight: 2 },
        ],
      },
      ['web 40', 'api 40'],
    ],
    [
      'its own annotation is stronger than configuration',
      { weights: [{ match: { kind: 'Deployment' }, weight: 5 }], annotations: { 'Deployment/web': worth('1') } },
      ['api 40', 'web 8'],
    ],
    ['what is no positive number says nothing', { annotations: { 'Deployment/api': worth('-3') } }, ['web 8', 'api 8']],
    ['no number', { annotations: { 'Deployment/api': worth('high') } }, ['web 8', 'api 8']],
    ['endless', { annotations: { 'Deployment/api': worth('Infinity') } }, ['web 8', 'api 8']],
  ])('%s', (_, options, expected) => {
    expect(order(run(options))).toEqual(expected);
    // The same whatever the order of the objects.
    const again = diagnose(snapshotOf(annotated(objects, options.annotations ?? {}).toReversed()), {
      analyzers: [down()],
      ...options,
    });
    expect(order(again)).toEqual(expected);
  });

  test('a weight of a symptom counts for its root', () => {
    const { diagnoses } = run({
      analyzers: [rule('gone', {}, [{ subject: secret('db'), affects: [deployment('api')] }])],
      annotations: { 'Deployment/api': worth('4') },
    });
    expect(diagnoses[0]?.impact.weight).toEqual({ value: 4, source: 'annotation', resource: deployment('api') });
  });

  test('severity stays first', () => {
    const analyzers = [down({ severity: 'critical' })];
    expect(order(run({ analyzers, annotations: { 'Deployment/web': worth('100') } }))).toEqual(['api 12', 'web 800']);
  });

  test('who says so is told', () => {
    const { diagnoses } = run({ weights: [{ match: { kind: 'deploy', name: 'api' }, weight: 5 }] });
    expect(diagnoses.map(({ impact }) => impact.weight)).toEqual([
      { value: 5, source: 'config', resource: deployment('api') },
      undefined,
    ]);
  });
});

describe('risk', () => {
  test.each<[string, Fix['effect'], DiagnoseOptions['risk'], readonly string[]]>([
    ['nothing said: of equal ones the safe repair comes first', 'destructive', undefined, ['web 8', 'api 8']],
    ['nothing said', 'none', undefined, ['web 8', 'api 8']],
    ['a destructive repair counts less', 'destructive', { destructive: 0.5 }, ['web 8', 'api 4']],
    ['a change counts more', 'change', { change: 2 }, ['api 16', 'web 8']],
    ['another effect', 'change', { destructive: 0.5 }, ['web 8', 'api 8']],
  ])('%s', (_, effect, risk, expected) => {
    const report = run({ analyzers: [down({ fixes: [fix(effect)] })], ...(risk === undefined ? {} : { risk }) });
    expect(order(report)).toEqual(expected);
    const api = report.diagnoses.find(({ rootCause }) => formatRef(rootCause) === 'Deployment/prod/api');
    const factor = effect === 'none' ? undefined : risk?.[effect];
    expect(api?.impact.risk).toEqual(factor === undefined ? undefined : { effect, factor });
  });
});
