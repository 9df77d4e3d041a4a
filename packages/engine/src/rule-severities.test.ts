import { type Report, type Severity } from '@kroot/types';
import { expect, test } from 'vitest';
import { deployment, pod, rule, shop, snapshotOf } from './cluster.test.support.ts';
import { diagnose, worstSeverity } from './diagnose.ts';

const cluster = snapshotOf(shop('api', ['x1']), shop('web', ['y1']));
const badImage = rule('bad-image', { breaks: ['image'] }, [{ subject: deployment('api'), severity: 'warning' }]);
const badProbe = rule('bad-probe', { breaks: ['readiness'] }, [{ subject: deployment('web'), severity: 'warning' }]);
const podDown = rule('pod-down', { role: 'symptom', waitsFor: ['image'], breaks: ['availability'] }, [
  { subject: pod('api-abc12-x1') },
]);
const apiDown = rule('api-down', { role: 'symptom', waitsFor: ['availability'] }, [
  { subject: deployment('api'), severity: 'critical' },
]);
const alone = rule('alone', { role: 'symptom', waitsFor: ['scheduling'] }, [{ subject: pod('web-abc12-y1') }]);

function run(severities: Readonly<Record<string, Severity | 'off'>>): Report {
  return diagnose(cluster, {
    analyzers: [badImage, badProbe, podDown, apiDown, alone],
    severities: new Map(Object.entries(severities)),
  });
}

function told({ diagnoses, unexplained }: Report): readonly string[] {
  return [...diagnoses, ...unexplained].map(({ rule: id, severity }) => `${id} ${severity}`);
}

test.each<[Readonly<Record<string, Severity | 'off'>>, readonly string[], Severity]>([
  [{}, ['bad-image critical', 'bad-probe warning', 'alone warning'], 'critical'],
  // What it explains does not make it worse than the user says.
  [{ 'bad-image': 'info' }, ['bad-probe warning', 'bad-image info', 'alone warning'], 'warning'],
  [{ 'bad-probe': 'info' }, ['bad-image critical', 'bad-probe info', 'alone warning'], 'critical'],
  [{ 'api-down': 'info' }, ['bad-probe warning', 'bad-image info', 'alone warning'], 'warning'],
  [{ 'api-down': 'off', 'bad-probe': 'off' }, ['bad-image warning', 'alone warning'], 'warning'],
  [{ alone: 'critical' }, ['bad-image critical', 'bad-probe warning', 'alone critical'], 'critical'],
])('%o', (severities, expected, worst) => {
  const report = run(severities);
  expect(told(report)).toEqual(expected);
  expect(worstSeverity(report)).toBe(worst);
});

test('a rule that is off does not run, and the report does not claim that it did', () => {
  const { rules } = run({ 'bad-image': 'off' });
  expect(rules.map(({ id }) => id)).toEqual(['alone', 'api-down', 'bad-probe', 'pod-down']);
});

test('a severity for a rule that nobody knows is told', () => {
  expect(run({ 'bad-imag': 'off', zzzzzzzz: 'info' }).notices).toEqual([
    'there is no rule bad-imag, for which a severity is set; did you mean bad-image?',
    'there is no rule zzzzzzzz, for which a severity is set; kroot rules lists them',
  ]);
});
