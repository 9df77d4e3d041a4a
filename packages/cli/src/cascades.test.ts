import { join } from 'node:path';
import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { formatRef, type ResourceRef } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { CASCADES } from './cascade-table.test.support.ts';

// N symptoms, one root: the whole engine with all rules over clusters in which one fault has brought down the rest.

const fixtures = join(import.meta.dirname, '../../../fixtures');

/** How far a chain follows the expected objects, in their order. */
function followed(chain: readonly ResourceRef[], expected: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const text of chain.map((ref) => formatRef(ref))) {
    const next = expected[found.length];
    if (next === undefined) break;
    if (next.endsWith('*') ? text.startsWith(next.slice(0, -1)) : text === next) found.push(next);
  }
  return found;
}

describe.each(CASCADES.map((entry) => [`${entry.cascade}: ${entry.says}`, entry] as const))(
  '%s',
  async (_, { input, tells, symptoms, chain }) => {
    const report = diagnose(await readSnapshot(join(fixtures, input)), { analyzers: builtinAnalyzers });
    const diagnoses = report.diagnoses.filter(({ severity }) => severity !== 'info');

    test('is one diagnosis', () => {
      const told = diagnoses.map(({ severity, rule, rootCause }) => `${severity} ${rule} ${formatRef(rootCause)}`);
      const left = report.unexplained.map(({ rule, resource }) => `unexplained ${rule} ${formatRef(resource)}`);
      expect([...told, ...left]).toEqual([tells]);
    });

    test('folds its symptoms', () => {
      const folded = (diagnoses[0]?.symptoms ?? []).reduce((sum, { count }) => sum + count, 0);
      expect(folded).toBeGreaterThanOrEqual(symptoms);
    });

    test('tells the chain in order', () => {
      const traces = (diagnoses[0]?.traces ?? []).map((trace) => followed(trace.chain, chain));
      expect(traces.toSorted((a, b) => b.length - a.length)[0]).toEqual(chain);
    });
  },
);

test('every cascade has a row', () => {
  const known = new Set(CASCADES.map(({ cascade }) => cascade));
  const all = Array.from({ length: 30 }, (_, i) => `C${i + 1}`);
  expect(all.filter((cascade) => !known.has(cascade))).toEqual([]);
});
