import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { commandProblems, diagnose } from '@kroot/engine';
import { formatCommand, renderJson } from '@kroot/report';
import { describe, expect, test } from 'vitest';
import { ruleFixtures } from './rule-fixtures.ts';

const firing = ruleFixtures().filter(({ fires }) => fires);

describe('the commands of every repair in the fixtures', () => {
  test.each(firing)('$name', async ({ path }) => {
    const snapshot = await readSnapshot(path);
    const { diagnoses } = diagnose(snapshot, { analyzers: builtinAnalyzers });
    const fixes = diagnoses.flatMap((diagnosis) => diagnosis.fixes);
    expect(fixes.flatMap((fix) => commandProblems(snapshot, fix))).toEqual([]);
    const texts = fixes.flatMap(({ commands }) => commands.map((command) => formatCommand(command)));
    expect(texts.filter((text) => text === undefined)).toEqual([]);
  });
});

/** Repairs after which their fault still shows, each with the reason why that is right. */
const STILL_SHOW: ReadonlyMap<string, string> = new Map([
  ['pvc-terminating-in-use', 'the first repair only keeps the data safe'],
  ['sched-anti-affinity-deadlock', 'the old pod goes first, which only the controller of the rollout does'],
]);

describe('trying the repairs', () => {
  test.each(firing)('of $name never fails, and finds nothing that was not there', async ({ path }) => {
    const snapshot = await readSnapshot(path);
    const before = renderJson(diagnose(snapshot, { analyzers: builtinAnalyzers }));
    const tried = diagnose(snapshot, { analyzers: builtinAnalyzers, verifyFixes: true });
    expect(tried.failures).toEqual([]);
    const ids = tried.diagnoses.map(({ id }) => id);
    expect(ids.toSorted()).toEqual(
      (JSON.parse(before) as { readonly diagnoses: readonly { readonly id: string }[] }).diagnoses
        .map(({ id }) => id)
        .toSorted(),
    );
    for (const { rule, verification } of tried.diagnoses) {
      expect(verification?.verdict === 'still-shows' && !STILL_SHOW.has(rule)).toBe(false);
      expect(verification?.recovers.length).toBeLessThanOrEqual(verification?.victims ?? 0);
      expect(verification?.verdict === 'not-simulated').toBe(verification?.reason !== undefined);
    }
    // The snapshot itself is as it was.
    expect(renderJson(diagnose(snapshot, { analyzers: builtinAnalyzers }))).toBe(before);
  });
});
