import { podState } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Fix, type Snapshot } from '@kroot/types';
import { budgetEvidence } from '../support/budget-evidence.ts';
import {
  budgetWords,
  drainsHeldBy,
  exhaustedBudgets,
  type ExhaustedBudget,
  type StuckDrain,
} from '../support/drains.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, listed } from '../support/words.ts';

/** Reports disruption budgets that unhealthy pods have used up while a node is being drained. */
export const pdbUnhealthyPodsBlock: Analyzer = {
  meta: {
    id: 'pdb-unhealthy-pods-block',
    title: 'Unhealthy pods use a disruption budget up and block a drain',
    role: 'fault',
    severity: 'warning',
    reads: ['PodDisruptionBudget', 'Pod', 'Node', 'Event'],
    breaks: ['deletion'],
    waitsFor: ['availability'],
    docs: {
      means:
        'The budget would allow an eviction if all pods were healthy. Some are not, so none may go, not even those that do not work anyway.',
      decides:
        'status.disruptionsAllowed is 0, fewer pods are healthy than there are, and a pod of the budget is on a node whose drain does not end. What is wrong with the pods is the cause, where it is known.',
      silent: 'When nobody drains a node, and when the budget could never allow an eviction (pdb-blocks-drain).',
      references: ['https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy'],
    },
  },
  *analyze({ snapshot }) {
    for (const budget of exhaustedBudgets(snapshot)) {
      const drains = budget.isImpossible ? [] : drainsHeldBy(snapshot, budget);
      if (drains.length > 0) yield finding(snapshot, budget, drains);
    }
  },
};

function finding(snapshot: Snapshot, held: ExhaustedBudget, drains: readonly StuckDrain[]): Finding {
  const { ref: subject, budget, healthy, expected, desired } = held;
  const kept = drains.flatMap(({ guarded }) =>
    guarded.filter((each) => each.budget === held).map(({ pod }) => pod.ref),
  );
  const bad = held.pods.map((pod) => podState(snapshot, pod)).filter(({ stage }) => stage !== 'ready');
  const nodes = listed(drains.map(({ ref }) => inWords(ref)));
  const unhealthy =
    bad.length === 0 ? `${expected - healthy} of ${expected} pods` : listed(bad.map(({ ref }) => inWords(ref)));
  return {
    rule: pdbUnhealthyPodsBlock.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    ...optional('since', drains[0]?.since),
    message: `${inWords(subject)} allows no eviction while ${unhealthy} ${bad.length === 1 ? 'is' : 'are'} unhealthy, and blocks the drain of ${nodes}`,
    cause: `${budgetWords(budget)} wants ${counted(desired, 'healthy pod')} at all times and only ${healthy} of ${expected} ${healthy === 1 ? 'is healthy' : 'are healthy'}, so ${listed(kept.map((each) => inWords(each)))} cannot leave ${nodes}.`,
    detail: { healthy, expected, desired },
    evidence: [
      ...budgetEvidence(held),
      ...drains.slice(0, 2).map(({ ref }) => fromSpec(ref, 'spec.unschedulable', 'true')),
      ...bad.slice(0, 2).map(({ ref, stage }) => computed(ref, `not healthy: ${stage}`)),
    ],
    affects: kept,
    fixes: fixesOf(held),
  };
}

function fixesOf({ ref: subject, budget }: ExhaustedBudget): readonly Fix[] {
  const heal: Fix = {
    summary: `Repair the unhealthy pods of ${inWords(subject)}`,
    steps: ['Once they are ready the budget allows evictions again and the drain goes on by itself.'],
    commands: [
      kubectl(subject.namespace, 'describe', kubectlName(subject)),
      kubectl(subject.namespace, 'get', 'pods', '-o', 'wide'),
    ],
    effect: 'none',
    where: 'cluster',
  };
  if (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return [heal];
  return [
    heal,
    {
      summary: 'Let pods that are not ready be evicted in any case',
      steps: ['They serve nobody, so evicting them costs nothing.'],
      commands: [
        kubectl(
          subject.namespace,
          'patch',
          kubectlName(subject),
          '--type=merge',
          '-p',
          '{"spec":{"unhealthyPodEvictionPolicy":"AlwaysAllow"}}',
        ),
      ],
      effect: 'change',
      where: 'cluster',
    },
  ];
}
