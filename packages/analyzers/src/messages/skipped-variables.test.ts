import { expect, test } from 'vitest';
import { skippedVariables } from './skipped-variables.ts';

test.each([
  [
    'Keys [db.host, db.port] from the EnvFrom configMap shop/settings were skipped since they are considered invalid environment variable names.',
    { kind: 'ConfigMap', name: 'settings', keys: ['db.host', 'db.port'] },
  ],
  [
    'Keys [1bad] from the EnvFrom secret shop/db were skipped since they are considered invalid environment variable names.',
    { kind: 'Secret', name: 'db', keys: ['1bad'] },
  ],
  ['Created container app', undefined],
])('%j', (text, expected) => {
  expect(skippedVariables(text)).toEqual(expected);
});
