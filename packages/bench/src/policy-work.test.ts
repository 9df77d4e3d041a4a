import { expect, test } from 'vitest';
import { policyCluster } from './generate-policies.ts';
import { judgeFlows, selectAll, type PolicyCounts } from './policy-work.ts';

const PODS_PER_NAMESPACE = 75;

function work(namespaces: number): PolicyCounts {
  const snapshot = policyCluster({ namespaces, podsPerNamespace: PODS_PER_NAMESPACE });
  selectAll(snapshot);
  return judgeFlows(snapshot, 2000, PODS_PER_NAMESPACE);
}

test('the work of policies grows with classes of pods, not with pods times policies', () => {
  const small = work(20);
  const large = work(40);
  for (const counter of ['classes', 'selections', 'sets'] as const) expect(large[counter]).toBe(2 * small[counter]);
  // 75 pods of a namespace are 90 combinations of app, tier and port at most; each of its policies is asked once for each.
  expect(large.classes).toBeLessThanOrEqual(40 * 30);
  expect(large.selections).toBeLessThanOrEqual(large.classes * 10);
  expect(large.decisions).toBeLessThanOrEqual(2 * large.flows);
  expect(large.peers).toBeLessThanOrEqual(2 * large.flows);
  expect(large.open).toBeGreaterThan(0);
});
