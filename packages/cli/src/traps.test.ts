import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { formatRef } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { NOT_IN_OBJECTS, TESTED_APART, TRAPS } from './trap-table.test.support.ts';

// What looks like a fault and is none: the whole engine with all rules, not one rule, must keep quiet or tell the other thing.

const fixtures = join(import.meta.dirname, '../../../fixtures');
const LAST_TRAP = 96;

/** Everything above a remark, in the order of the report. */
async function told(file: string): Promise<readonly string[]> {
  const report = diagnose(await readSnapshot(join(fixtures, file)), { analyzers: builtinAnalyzers });
  return [
    ...report.diagnoses.map(({ severity, rule, rootCause }) => `${severity} ${rule} ${formatRef(rootCause)}`),
    ...report.unexplained.map(({ rule, resource }) => `unexplained ${rule} ${formatRef(resource)}`),
  ].filter((line) => !line.startsWith('info '));
}

describe.each(TRAPS.map((entry) => [`${entry.trap} ${entry.says}`, entry] as const))(
  'trap %s',
  (_, { inputs, tells = [] }) => {
    test.each(inputs)('%s', async (file) => {
      expect(await told(file)).toEqual(tells);
    });
  },
);

test.each([...TESTED_APART])('trap %i is tested in %s', (_, file) => {
  expect(existsSync(join(fixtures, '..', file))).toBe(true);
});

test('every trap has a row or a reason', () => {
  const known = new Set([...TRAPS.map(({ trap }) => trap), ...TESTED_APART.keys(), ...NOT_IN_OBJECTS.keys()]);
  const missing = Array.from({ length: LAST_TRAP }, (_, i) => i + 1).filter((trap) => !known.has(trap));
  expect(missing).toEqual([]);
});
