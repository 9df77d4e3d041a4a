import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { budgetEvidence } from '../support/budget-evidence.ts';
import { budgetWords, drainsHeldBy, exhaustedBudgets, type ExhaustedBudget } from '../support/drains.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { counted } from '../support/words.ts';

/** Remarks on disruption budgets that can never allow an eviction, before anybody drains a node. */
export const pdbImpossible: Analyzer = {
  meta: {
    id: 'pdb-impossible',
    title: 'Disruption budget never allows an eviction',
    role: 'fault',
    severity: 'info',
    reads: ['PodDisruptionBudget', 'Pod', 'Node'],
    breaks: ['deletion'],
    docs: {
      means: 'The next drain of a node with one of these pods will wait for ever.',
      decides:
        'status.disruptionsAllowed is 0 and the budget wants at least as many healthy pods as there are (status.desiredHealthy, status.expectedPods).',
      silent:
        'When a drain waits already (pdb-blocks-drain tells that), when no pod is selected, and when healthy pods are missing.',
      references: ['https://kubernetes.io/docs/tasks/run-application/configure-pdb/'],
    },
  },
  *analyze({ snapshot }) {
    for (const budget of exhaustedBudgets(snapshot)) {
      if (budget.isImpossible && drainsHeldBy(snapshot, budget).length === 0) yield finding(budget);
    }
  },
};

function finding(held: ExhaustedBudget): Finding {
  const { ref: subject, budget, expected } = held;
  return {
    rule: pdbImpossible.meta.id,
    subject,
    severity: 'info',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} never allows an eviction`,
    cause: `${budgetWords(budget)} over ${counted(expected, 'pod')} leaves none that may be evicted, so a drain of its node will wait for ever.`,
    evidence: budgetEvidence(held),
    fixes: [
      {
        summary: `Let ${inWords(subject)} lose one pod at a time before the next drain`,
        steps: ['Leave it as it is if every disruption is to be decided by hand.'],
        commands: [
          kubectl(
            subject.namespace,
            'patch',
            kubectlName(subject),
            '--type=merge',
            '-p',
            '{"spec":{"maxUnavailable":1,"minAvailable":null}}',
          ),
        ],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
