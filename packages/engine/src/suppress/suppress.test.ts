import { formatRef, type Analyzer, type Report } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { deployment, pod, rule, secret, shop, snapshotOf, type TestObject } from '../cluster.test.support.ts';
import { diagnose, type DiagnoseOptions } from '../diagnose.ts';
import { annotated, type Annotations } from './annotated.test.support.ts';
import { type ConfiguredSuppression } from './verdict-of.ts';

/** The clock of the snapshots is 2026-11-20T12:00:00Z. */
const POD = 'api-abc12-x1';
const objects: readonly TestObject[] = [...shop('api', ['x1', 'x2']), ...shop('web', ['y1'])];

const podDown = rule('pod-down', { role: 'symptom', waitsFor: ['image', 'container-config'] }, [
  { subject: pod(POD) },
  { subject: pod('api-abc12-x2') },
  { subject: pod('web-abc12-y1') },
]);
const badImage = rule('bad-image', { breaks: ['image'] }, [{ subject: deployment('api'), severity: 'critical' }]);
const noSecret = rule('no-secret', { breaks: ['container-config'] }, [
  { subject: secret('db'), affects: [pod('web-abc12-y1'), pod(POD)], severity: 'critical' },
]);
const ofPlugin = rule('acme/stuck', {}, [{ subject: pod(POD) }]);

interface Case extends Partial<DiagnoseOptions> {
  readonly rules?: readonly Analyzer[];
  readonly annotations?: Annotations;
}

function run({ annotations = {}, rules = [badImage], ...options }: Case): Report {
  return diagnose(snapshotOf(annotated(objects, annotations)), { analyzers: rules, ...options });
}

function told({ diagnoses, unexplained }: Report): readonly string[] {
  return [...diagnoses.map((one) => `${one.rule} ${formatRef(one.rootCause)}`), ...unexplained.map((one) => one.rule)];
}

function hidden({ suppressed, suppressedSymptoms = [] }: Report): readonly string[] {
  return [...suppressed, ...suppressedSymptoms].map(
    (one) => `${one.rule}: ${one.suppressedBy?.carrier ?? ''}, ${one.suppressedBy?.reason ?? ''}`,
  );
}

const ignore = (id: string, text: string): Readonly<Record<string, string>> => ({ [`ignore.kroot.dev/${id}`]: text });
const config = (more: Partial<ConfiguredSuppression> = {}): readonly ConfiguredSuppression[] => [
  { rule: 'bad-image', reason: 'known', ...more },
];

describe('annotations', () => {
  test.each<[string, Case, readonly string[]]>([
    [
      'on the object',
      { annotations: { 'Deployment/api': ignore('bad-image', 'wanted') } },
      ['bad-image: annotation, wanted'],
    ],
    [
      'on the owner of the object',
      { rules: [ofPlugin], annotations: { 'Deployment/api': ignore('acme.stuck', 'wanted') } },
      ['acme/stuck: annotation, wanted'],
    ],
    [
      'on the namespace',
      { annotations: { 'Namespace/prod': ignore('bad-image', 'a playground') } },
      ['bad-image: annotation, a playground'],
    ],
    ['on another namespace', { annotations: { 'Namespace/dev': ignore('bad-image', 'a playground') } }, []],
    ['for another rule', { annotations: { 'Deployment/api': ignore('pod-down', 'wanted') } }, []],
    [
      'on all that wait for what is missing',
      {
        rules: [noSecret],
        annotations: {
          'Deployment/web': ignore('no-secret', 'made by CI'),
          'Pod/api-abc12-x1': ignore('no-secret', 'made by hand'),
        },
      },
      ['no-secret: annotation, made by hand'],
    ],
    [
      'on one of those that wait for what is missing',
      { rules: [noSecret], annotations: { 'Deployment/web': ignore('no-secret', 'made by CI') } },
      [],
    ],
    [
      'a reason with semicolons',
      { annotations: { 'Deployment/api': ignore('bad-image', 'one; two ; until=2026-12-01; owner=team-a') } },
      ['bad-image: annotation, one; two'],
    ],
    [
      'with an end in other letters',
      { annotations: { 'Deployment/api': ignore('bad-image', 'x; Until: 2020-01-31') } },
      [],
    ],
    [
      'with two ends',
      { annotations: { 'Deployment/api': ignore('bad-image', 'x; until=2020-01-31; until=2999-01-31') } },
      [],
    ],
    ['without a reason', { annotations: { 'Deployment/api': ignore('bad-image', 'until=2027-01-01') } }, []],
    ['with a day that is none', { annotations: { 'Deployment/api': ignore('bad-image', 'x; until=2026-02-30') } }, []],
  ])('%s', (_, options, expected) => {
    const report = run(options);
    expect(hidden(report)).toEqual(expected);
    expect(report.diagnoses).toHaveLength(1 - expected.length);
  });

  test('what does not count is told', () => {
    const { notices } = run({
      annotations: {
        'Deployment/api': ignore('bad-image', ' ; owner=x'),
        'Namespace/prod': ignore('bad-image', 'x; until=soon'),
      },
    });
    expect(notices).toEqual([
      'Deployment/prod/api: annotation ignore.kroot.dev/bad-image gives no reason, so it hides nothing',
      'Namespace/prod: annotation ignore.kroot.dev/bad-image: until=soon is no day such as 2027-01-31, so it hides nothing',
    ]);
  });

  test('what is said twice is told', () => {
    const { notices } = run({
      annotations: { 'Deployment/api': ignore('bad-image', 'x; UNTIL=2027-01-31; until: 2028-01-31') },
    });
    expect(notices).toEqual([
      'Deployment/prod/api: annotation ignore.kroot.dev/bad-image says until twice, so it hides nothing',
    ]);
  });

  test('the object that carries it is told, and day and owner', () => {
    const { suppressed } = run({
      annotations: { 'Namespace/prod': ignore('bad-image', 'x; owner = team-a; until = 2027-01-31') },
    });
    expect(suppressed[0]?.suppressedBy).toEqual({
      carrier: 'annotation',
      reason: 'x',
      owner: 'team-a',
      until: '2027-01-31',
      resource: { group: '', kind: 'Namespace', name: 'prod' },
    });
  });
});

describe('configuration', () => {
  test.each<[string, readonly ConfiguredSuppression[], boolean]>([
    ['a rule', config(), true],
    ['another rule', config({ rule: 'no-secret' }), false],
    ['a glob of rules', config({ rule: 'bad-*' }), true],
    ['an object', config({ match: { kind: 'Deployment', namespace: 'prod', name: 'api' } }), true],
    ['a kind as kubectl takes it', config({ match: { kind: 'deploy' } }), true],
    ['a kind with its group', config({ match: { kind: 'Deployment.apps' } }), true],
    ['a kind of another group', config({ match: { kind: 'Deployment.acme.io' } }), false],
    ['another name', config({ match: { name: 'ap' } }), false],
    ['a glob of names', config({ match: { name: 'ap?' } }), true],
    ['a glob of namespaces', config({ match: { namespace: '{dev,pr*}' } }), true],
    ['another namespace', config({ match: { namespace: 'dev-*' } }), false],
    ['a class of characters', config({ match: { namespace: 'pr[a-o]d' } }), true],
    ['labels', config({ match: { labels: { app: 'api' } } }), true],
    ['other labels', config({ match: { labels: { app: 'api', tier: '' } } }), false],
    ['what looks like an expression is a text', config({ match: { name: '@(api)' } }), false],
    ['a name that is that of the namespace', config({ match: { name: 'prod' } }), false],
  ])('%s', (_, suppressions, hides) => {
    const report = run({ suppressions });
    expect(hidden(report)).toEqual(hides ? ['bad-image: config, known'] : []);
    expect(told(report)).toEqual(hides ? [] : ['bad-image Deployment/prod/api']);
  });

  test.each<[string, ConfiguredSuppression['match'], boolean]>([
    ['all that wait for it', { namespace: 'prod' }, true],
    ['one of those that wait for it', { kind: 'Deployment', name: 'web' }, false],
    ['itself', { kind: 'Secret', name: 'db' }, true],
  ])('of what is missing: %s', (_, match = {}, hides) => {
    const report = run({ rules: [noSecret], suppressions: config({ rule: 'no-secret', match }) });
    expect(report.suppressed).toHaveLength(hides ? 1 : 0);
  });

  test('a glob with a star fits the rules of a plugin', () => {
    const report = run({ rules: [ofPlugin], suppressions: config({ rule: 'acme/*' }) });
    expect(hidden(report)).toEqual(['acme/stuck: config, known']);
    expect(hidden(run({ rules: [ofPlugin], suppressions: config({ rule: '*' }) }))).toHaveLength(1);
  });

  test.each<[string, Case, readonly string[]]>([
    [
      'fits nothing',
      { suppressions: config({ match: { name: 'x' }, where: 'kroot.config.yaml:3' }) },
      [
        'kroot.config.yaml:3: the suppression of bad-image fits nothing that was found; remove it if it is not needed any more',
      ],
    ],
    ['fits nothing in this namespace', { namespace: 'dev', suppressions: config({ match: { name: 'x' } }) }, []],
    [
      'is of a rule that nobody knows',
      { suppressions: config({ rule: 'bad-imag', where: 'kroot.config.yaml:3' }) },
      ['kroot.config.yaml:3: there is no rule bad-imag, which is suppressed; did you mean bad-image?'],
    ],
    [
      'is an annotation of a rule that nobody knows',
      { annotations: { 'Pod/api-abc12-x1': ignore('bad-imag', 'x'), 'Deployment/api': ignore('bad-imag', 'x') } },
      ['Deployment/prod/api: annotation ignore.kroot.dev/bad-imag names no rule; did you mean bad-image?'],
    ],
  ])('a suppression that %s is told', (_, options, notices) => {
    expect(run(options).notices).toEqual(notices);
  });
});

describe('until', () => {
  test.each<[string, string, boolean]>([
    ['the day before', '2026-11-19', false],
    ['the day itself counts whole', '2026-11-20', true],
    ['a moment later', '2026-11-20T12:00:01Z', true],
    ['that very moment is over', '2026-11-20T12:00:00Z', false],
    ['a moment earlier', '2026-11-20T11:59:59.999Z', false],
    ['in another zone', '2026-11-20T14:00:01+02:00', true],
    ['in another zone, over', '2026-11-20T14:00:00+02:00', false],
    ['a year later', '2027-11-20', true],
  ])('%s: %s', (_, until, holds) => {
    const byConfig = run({ suppressions: config({ until }) });
    const byAnnotation = run({ annotations: { 'Deployment/api': ignore('bad-image', `x; until=${until}`) } });
    for (const report of [byConfig, byAnnotation]) {
      expect([report.suppressed.length, report.diagnoses.length]).toEqual(holds ? [1, 0] : [0, 1]);
      expect(report.diagnoses.map(({ suppressionExpired }) => suppressionExpired?.until)).toEqual(holds ? [] : [until]);
    }
  });

  test.each([
    ['2026-11-19', 'Its suppression expired today: known (until 2026-11-19, owner team-a).'],
    ['2026-11-18', 'Its suppression expired 1 day ago: known (until 2026-11-18, owner team-a).'],
    ['2026-11-16T12:00:00Z', 'Its suppression expired 4 days ago: known (until 2026-11-16T12:00:00Z, owner team-a).'],
  ])('one that is over is named: %s', (until, note) => {
    const [diagnosis] = run({ suppressions: config({ until, owner: 'team-a' }) }).diagnoses;
    expect(diagnosis?.notes).toEqual([note]);
  });

  test('another that still holds hides it, in whatever order', () => {
    const [over, holds] = [config({ until: '2026-11-01' })[0], config({ until: '2026-12-01', reason: 'still' })[0]];
    if (over === undefined || holds === undefined) throw new Error('no suppressions');
    for (const suppressions of [
      [over, holds],
      [holds, over],
    ])
      expect(hidden(run({ suppressions }))).toEqual(['bad-image: config, still']);
    const annotations = {
      'Deployment/api': ignore('bad-image', 'over; until=2026-11-01'),
      'Namespace/prod': ignore('bad-image', 'still'),
    };
    expect(hidden(run({ annotations }))).toEqual(['bad-image: annotation, still']);
  });

  test('of what several wait for, it is told when the first of them wants to hear', () => {
    const until = (day: string): Report =>
      run({
        rules: [noSecret],
        annotations: {
          'Deployment/web': ignore('no-secret', 'web; until=2027-01-01'),
          'Deployment/api': ignore('no-secret', `api; until=${day}`),
        },
      });
    expect(hidden(until('2026-12-01'))).toEqual(['no-secret: annotation, api']);
    expect(until('2026-11-01').diagnoses[0]?.suppressionExpired?.reason).toBe('api');
  });

  test('of what has no time of its own, whoever runs it says when', () => {
    const at = (today: string): Report =>
      run({ suppressions: config({ until: '2030-06-01' }), today: new Date(today) });
    expect(at('2030-06-01T23:59:59Z').suppressed).toHaveLength(1);
    expect(at('2030-06-03').diagnoses[0]?.notes).toEqual([
      'Its suppression expired 1 day ago: known (until 2030-06-01).',
    ]);
  });

  test('a capture without any time says that nothing ends in it', () => {
    const snapshot = snapshotOf(objects);
    const timeless = Object.create(snapshot, { now: { value: new Date(0) } }) as typeof snapshot;
    const { notices, suppressed } = diagnose(timeless, {
      analyzers: [badImage],
      suppressions: config({ until: '2020-01-01' }),
    });
    expect(suppressed).toHaveLength(1);
    expect(notices).toEqual([
      'the input does not say when it was captured, so suppressions that end some day are taken to hold',
    ]);
  });
});

describe('a symptom', () => {
  test('that is suppressed leaves its root cause, with all that it explains', () => {
    const plain = run({ rules: [podDown, badImage] });
    const report = run({ rules: [podDown, badImage], suppressions: config({ rule: 'pod-down' }) });
    expect(told(plain)).toEqual(['bad-image Deployment/prod/api', 'pod-down']);
    expect(told(report)).toEqual(['bad-image Deployment/prod/api']);
    expect(report.diagnoses[0]?.symptoms).toEqual(plain.diagnoses[0]?.symptoms);
    expect(hidden(report)).toEqual(['pod-down: config, known']);
  });

  test('whose suppression is over says so', () => {
    const { unexplained } = run({ rules: [podDown], suppressions: config({ rule: 'pod-down', until: '2026-11-01' }) });
    expect(unexplained.map(({ suppressionExpired }) => suppressionExpired?.until)).toEqual([
      '2026-11-01',
      '2026-11-01',
    ]);
    expect(unexplained[0]?.notes).toEqual(['Its suppression expired 18 days ago: known (until 2026-11-01).']);
  });
});

test('a target with something suppressed is not proved healthy', () => {
  const target = deployment('api');
  expect(run({ target, suppressions: config() }).health).toEqual([]);
  expect(run({ target, rules: [] }).health).not.toEqual([]);
});
