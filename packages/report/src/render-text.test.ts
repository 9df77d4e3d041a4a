import { ref, type Diagnosis, type Report } from '@kroot/types';
import { expect, test } from 'vitest';
import { renderText } from './render-text.ts';
import { bareDiagnosis, emptyReport, group, node } from './samples/base.test.data.ts';
import { healthyPod } from './samples/healthy.test.data.ts';
import { mixed } from './samples/mixed.test.data.ts';
import { type TextOptions } from './text/options.ts';

const options: TextOptions = {
  width: 80,
  color: false,
  unicode: true,
  details: false,
  showFixes: true,
  showCommands: false,
};

const numbered: readonly Diagnosis[] = Array.from({ length: 7 }, (_, index) => ({
  ...bareDiagnosis,
  id: String(index),
  rank: index + 1,
  message: `Fault number ${index + 1}`,
  cause: `Cause number ${index + 1}.`,
}));

const verdicts: readonly (readonly [string, Report])[] = [
  ['✔ No problems found in prod-eu1 (all namespaces)', emptyReport],
  ['✔ No problems found in prod-eu1 · namespace shop', { ...emptyReport, scope: { namespace: 'shop' } }],
  [
    '✔ No problems found in prod-eu1 · Service/shop/cart',
    { ...emptyReport, scope: { target: ref('Service', 'shop', 'cart') } },
  ],
  [
    '✔ No problems found in prod-eu1 (all namespaces), 1 remark below',
    { ...emptyReport, diagnoses: [{ ...bareDiagnosis, severity: 'info' }] },
  ],
  ['✖ 7 problems in prod-eu1 (all namespaces)', { ...emptyReport, diagnoses: numbered }],
  ['✖ 1 symptom without a known cause in shop-dump.json (all namespaces)', { ...mixed, diagnoses: [] }],
  [
    '✖ Pod/prod/payments-api-7d9f5-x2x9q is not healthy, and no rule says why',
    { ...healthyPod, health: [...healthyPod.health, { name: 'ready', state: 'failed', text: 'not ready' }] },
  ],
];

test.for(verdicts)('%s', ([verdict, report]) => {
  expect(renderText(report, options).startsWith(verdict)).toBe(true);
});

test('cards beyond the limit are one line each, and details show all', () => {
  const report = { ...emptyReport, diagnoses: numbered };
  expect(renderText(report, options).match(/Fault number|Cause number/g)).toHaveLength(7 + 5);
  expect(renderText(report, { ...options, maxCards: 1 }).match(/Fault number|Cause number/g)).toHaveLength(7 + 1);
  expect(renderText(report, { ...options, details: true }).match(/Cause number 7/g)).toHaveLength(3);
});

test('long lists end with the number of what is left out, and details show all', () => {
  const pods = Array.from({ length: 20 }, (_, index) => node('Pod', 'prod', `api-${index}`, 'cannot start'));
  const why = node('Secret', 'prod', 'db-password', 'not found', pods);
  const report = { ...emptyReport, diagnoses: [{ ...bareDiagnosis, why }] };
  expect(renderText(report, options)).toContain('└─ … and 13 more\n');
  expect(renderText(report, { ...options, details: true })).toContain('└─ Pod/api-19');
});

test('a chain of any length leaves room for its names', () => {
  let why = group('last', 'fails');
  for (let depth = 0; depth < 300; depth++) why = node('Service', 'prod', `svc-${depth}`, 'waits', [why]);
  const text = renderText({ ...emptyReport, diagnoses: [{ ...bareDiagnosis, why }] }, options);
  expect(text).toContain('last');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});
