import { expect, test } from 'vitest';
import { z } from 'zod';
import { BASELINE_SCHEMA_ID } from './baseline-document.ts';
import { baselineSchema, configSchema } from './config-schema.ts';
import { CONFIG_SCHEMA_ID } from './config.ts';

// `vitest -u` writes the published schema; CI fails when it is stale.
test('the published JSON Schema is the one that the code checks', async () => {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { target: 'draft-2020-12' });
  const published = { $schema, $id: CONFIG_SCHEMA_ID, ...schema };
  await expect(`${JSON.stringify(published, undefined, 2)}\n`).toMatchFileSnapshot('../schema/config.v1.json');
});

test('so is that of baselines', async () => {
  const { $schema, ...schema } = z.toJSONSchema(baselineSchema, { target: 'draft-2020-12' });
  const published = { $schema, $id: BASELINE_SCHEMA_ID, ...schema };
  await expect(`${JSON.stringify(published, undefined, 2)}\n`).toMatchFileSnapshot('../schema/baseline.v1.json');
});

test.each([
  ['a suppression without reason', { suppressions: [{ rule: 'x' }] }],
  ['an empty reason', { suppressions: [{ rule: 'x', reason: '  ' }] }],
  ['a day that is none', { suppressions: [{ rule: 'x', reason: 'r', until: '2027-02-31' }] }],
  ['a time without zone', { suppressions: [{ rule: 'x', reason: 'r', until: '2027-02-01T10:00' }] }],
  ['a weight of nothing', { weights: [{ match: {}, weight: 0 }] }],
  ['a severity that is none', { rules: { x: 'bad' } }],
  ['a setting that is none', { colour: 'always' }],
])('%s is refused', (_name, config) => {
  expect(configSchema.safeParse(config).success).toBe(false);
});

test('everything that can be set', () => {
  const config = {
    output: ['text', 'html=x.html'],
    rules: { 'svc-no-endpoints': 'warning', x: 'off' },
    suppressions: [{ rule: 'x', match: { kind: 'Pod', labels: { a: '' } }, reason: 'r', until: '2027-02-28' }],
    weights: [{ match: { namespace: 'prod-*' }, weight: 5 }],
    risk: { destructive: 0.5 },
  };
  expect(configSchema.parse(config)).toEqual(config);
});
