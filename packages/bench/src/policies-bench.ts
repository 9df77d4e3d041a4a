import { policyCluster } from './generate-policies.ts';
import { judgeFlows, selectAll } from './policy-work.ts';

// Policies of clusters up to 10,000 policies and 150,000 pods: nothing is evaluated before it is asked for.

const FLOWS = 100_000;
const PODS_PER_NAMESPACE = 75;

for (const namespaces of [200, 2000]) {
  const snapshot = policyCluster({ namespaces, podsPerNamespace: PODS_PER_NAMESPACE });
  const start = performance.now();
  selectAll(snapshot);
  const selected = performance.now();
  const counts = judgeFlows(snapshot, FLOWS, PODS_PER_NAMESPACE);
  const judged = performance.now();
  process.stdout.write(
    `${counts.policies} policies, ${counts.pods} pods: policies of every pod ${(selected - start).toFixed(0)} ms, ` +
      `${counts.flows} connections ${(judged - selected).toFixed(0)} ms (${counts.open} open)\n` +
      `  ${counts.classes} classes, ${counts.selections} selections, ${counts.sets} sets of policies, ` +
      `${counts.peers} peers held against an end, ${counts.decisions} decisions; ` +
      `pods x policies would be ${(counts.pods * counts.policies).toExponential(1)}\n`,
  );
}
