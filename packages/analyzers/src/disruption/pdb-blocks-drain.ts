import { topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import {
  budgetWords,
  drainsHeldBy,
  exhaustedBudgets,
  type ExhaustedBudget,
  type StuckDrain,
} from '../support/drains.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { budgetEvidence } from '../support/budget-evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, listed } from '../support/words.ts';

/** Reports disruption budgets that can never allow an eviction while a node is being drained. */
export const pdbBlocksDrain: Analyzer = {
  meta: {
    id: 'pdb-blocks-drain',
    title: 'Disruption budget blocks a drain',
    role: 'fault',
    severity: 'warning',
    reads: ['PodDisruptionBudget', 'Pod', 'Node', 'Deployment', 'StatefulSet', 'Event'],
    breaks: ['deletion'],
    docs: {
      means:
        'The budget asks for as many healthy pods as there are, so that none of them may ever be evicted, and a node that is being emptied waits for one.',
      decides:
        'status.disruptionsAllowed is 0 although status.desiredHealthy is not below status.expectedPods for want of healthy pods, and a pod of the budget is on a node whose drain does not end.',
      silent:
        'When nobody drains a node (pdb-impossible remarks on the budget then), and when unhealthy pods use the budget up (pdb-unhealthy-pods-block).',
      references: ['https://kubernetes.io/docs/tasks/run-application/configure-pdb/'],
    },
  },
  *analyze({ snapshot }) {
    for (const budget of exhaustedBudgets(snapshot)) {
      const drains = budget.isImpossible ? drainsHeldBy(snapshot, budget) : [];
      if (drains.length > 0) yield finding(snapshot, budget, drains);
    }
  },
};

function finding(snapshot: Snapshot, held: ExhaustedBudget, drains: readonly StuckDrain[]): Finding {
  const { ref: subject, budget, expected, desired } = held;
  const kept = drains.flatMap(({ guarded }) => guarded.filter((each) => each.budget === held).map(({ pod }) => pod));
  const nodes = listed(drains.map(({ ref }) => inWords(ref)));
  const owners = [
    ...new Map(kept.map(({ pod }) => topOwner(snapshot, pod)).map((owner) => [refKey(owner), owner])).values(),
  ];
  return {
    rule: pdbBlocksDrain.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    ...optional('since', drains[0]?.since),
    message: `${inWords(subject)} never allows an eviction and blocks the drain of ${nodes}`,
    cause: `${budgetWords(budget)} over ${counted(expected, 'pod')} of ${listed(owners.map((each) => inWords(each)))} asks for ${desired} healthy ${desired === 1 ? 'pod' : 'pods'} at all times, so ${listed(kept.map(({ ref }) => inWords(ref)))} cannot leave ${nodes}.`,
    detail: { expectedPods: expected, desiredHealthy: desired },
    evidence: [
      ...budgetEvidence(held),
      ...drains.slice(0, 2).map(({ ref }) => fromSpec(ref, 'spec.unschedulable', 'true')),
      ...kept.slice(0, 1).map(({ ref }) => computed(ref, `on ${nodes}, selected by ${inWords(subject)}`)),
    ],
    affects: kept.map(({ ref }) => ref),
    fixes: fixesOf(subject, owners, expected),
  };
}

/** With maxUnavailable 1 one pod at a time may go, also the only one. */
const LOOSE = '{"spec":{"maxUnavailable":1,"minAvailable":null}}';

function fixesOf(subject: ResourceRef, owners: readonly ResourceRef[], expected: number): readonly Fix[] {
  const scalable = owners.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  const more: readonly Fix[] = scalable.slice(0, 1).map((owner) => ({
    summary: `Give ${inWords(owner)} one more pod`,
    steps: ['If it can run twice, the new pod takes over and the old one may go; scale it back after the drain.'],
    commands: [kubectl(owner.namespace, 'scale', kubectlName(owner), `--replicas=${expected + 1}`)],
    effect: 'change',
    where: 'cluster',
  }));
  const loosen: Fix = {
    summary: `Let ${inWords(subject)} lose one pod at a time`,
    steps: [
      expected === 1
        ? 'With a single pod this means a short outage while it moves, which no budget can avoid.'
        : 'The drain goes on by itself; an operator or chart may have made the budget, then change it there.',
    ],
    commands: [kubectl(subject.namespace, 'patch', kubectlName(subject), '--type=merge', '-p', LOOSE)],
    effect: 'change',
    where: 'cluster',
  };
  return [loosen, ...more];
}
