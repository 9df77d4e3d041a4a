import { policiesSelecting, policyVerdict, policyWork, type PolicyWork } from '@kroot/graph';
import { type Snapshot } from '@kroot/types';
import { seeded } from './random.ts';

/** What was counted on the way; the same on every machine. */
export interface PolicyCounts extends PolicyWork {
  readonly pods: number;
  readonly policies: number;
  readonly flows: number;
  readonly open: number;
}

/** Finds the policies of every pod, for both directions. */
export function selectAll(snapshot: Snapshot): void {
  for (const pod of snapshot.list('Pod')) {
    policiesSelecting(snapshot, pod, 'Ingress');
    policiesSelecting(snapshot, pod, 'Egress');
  }
}

/** Judges connections between pods of one namespace, and of any two, in turn. */
export function judgeFlows(snapshot: Snapshot, flows: number, podsPerNamespace: number): PolicyCounts {
  const pods = snapshot.list('Pod');
  const random = seeded(42);
  let open = 0;
  for (let at = 0; at < flows; at += 1) {
    const first = Math.floor(random() * pods.length);
    const namespace = first - (first % podsPerNamespace);
    const second =
      at % 2 === 0 ? namespace + Math.floor(random() * podsPerNamespace) : Math.floor(random() * pods.length);
    const [from, to] = [pods[first], pods[second]];
    if (from === undefined || to === undefined) continue;
    if (policyVerdict(snapshot, { from, to, port: 8001, protocol: 'TCP' }).allowed === 'yes') open += 1;
  }
  const policies = snapshot.list('NetworkPolicy').length;
  return { pods: pods.length, policies, flows, open, ...policyWork(snapshot) };
}
