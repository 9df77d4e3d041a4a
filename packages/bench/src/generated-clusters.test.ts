import { builtinAnalyzers } from '@kroot/analyzers';
import { snapshotFromObjects } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { renderJson, renderSarif, renderText } from '@kroot/report';
import { formatRef, type Report } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { generate, NOW, plan, type ClusterPlan, type Json } from './generate.ts';
import { seeded, shuffled } from './random.ts';

function report(objects: readonly Json[], verifyFixes = false): Report {
  return diagnose(snapshotFromObjects(objects, { now: new Date(NOW) }), { analyzers: builtinAnalyzers, verifyFixes });
}

function of(pods: number, faults: Partial<ClusterPlan> = {}): readonly Json[] {
  return generate(plan(pods, faults));
}

test('a healthy cluster has no diagnosis and no unexplained symptom', () => {
  const { diagnoses, unexplained } = report(of(300));
  expect({ diagnoses, unexplained }).toEqual({ diagnoses: [], unexplained: [] });
});

test('one missing Secret and one dead node under 200 pods of 34 workloads are two diagnoses', () => {
  const objects = of(204, { namespaces: 1, withoutSecret: 31, deadNodes: 1, podsPerNode: 12 });
  const { diagnoses, unexplained } = report(objects);
  expect(diagnoses.map(({ rule, rootCause, severity }) => `${severity} ${rule} ${formatRef(rootCause)}`)).toEqual([
    'critical secret-missing-env Secret/team-0/shared-credentials',
    expect.stringMatching(/^(?:critical|warning) node-unreachable Node\/worker-0$/),
  ]);
  expect(unexplained).toEqual([]);
  expect(diagnoses[0]?.impact.pods).toHaveLength(186);
  expect(diagnoses[0]?.impact.deployments).toHaveLength(31);
});

test('the missing Secret made on a copy frees its pods; what a dead node needs is not made up', () => {
  const objects = of(204, { namespaces: 1, withoutSecret: 31, deadNodes: 1, podsPerNode: 12 });
  const [first, second] = report(objects, true).diagnoses;
  const { verdict, victims, recovers, blockers } = first?.verification ?? {};
  expect({ verdict, victims, free: recovers?.length }).toEqual({ verdict: 'clears', victims: 186, free: 186 });
  expect(blockers).toEqual([]);
  expect(second?.verification?.verdict).toBe('not-simulated');
});

test('shuffling the objects changes no byte of any output', () => {
  const objects = of(120, { withoutSecret: 3, deadNodes: 1 });
  const print = (items: readonly Json[]): string => {
    const made = report(items, true);
    const text = { width: 80, color: false, unicode: true, details: true, showFixes: true, showCommands: true };
    return [renderText(made, text), renderJson(made), renderSarif(made)].join('\n');
  };
  const first = print(objects);
  for (const seed of [1, 2, 3]) expect(print(shuffled(objects, seeded(seed)))).toBe(first);
});

describe('operations grow linearly', () => {
  const sizes = [300, 600, 1200];
  const counters = sizes.map((pods) => report(of(pods, { withoutSecret: pods / 60, deadNodes: 1 })).operations);

  test.each(['nodes', 'edges', 'findings', 'links', 'steps'] as const)('%s', (counter) => {
    const [small = 0, middle = 0, large = 0] = counters.map((operations) => operations[counter]);
    expect(small).toBeGreaterThan(0);
    expect(middle / small).toBeLessThan(2.2);
    expect(large / middle).toBeLessThan(2.2);
  });
});
