import { formatLabelSelector, matchesLabelSelector, nearNames, podsMatching, refOf, workloads } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Finding,
  type LabelSelector,
  type PodDisruptionBudget,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';

/** Remarks on disruption budgets that guard nothing, although a workload is nearly what they select. */
export const pdbNoPods: Analyzer = {
  meta: {
    id: 'pdb-no-pods',
    title: 'Disruption budget selects no pods',
    role: 'fault',
    severity: 'info',
    reads: ['PodDisruptionBudget', 'Pod', 'Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet'],
    breaks: ['deletion'],
    docs: {
      means: 'The budget protects nothing: all pods of the workload that it is meant for may be evicted at once.',
      decides:
        'The selector of the budget selects no pod and no template of a workload in its namespace, all of which are known, and a workload there has the name of the budget or a label with nearly the wanted value.',
      silent: 'For budgets of workloads that are scaled to zero, and where nothing in the namespace comes near.',
      references: ['https://kubernetes.io/docs/tasks/run-application/configure-pdb/'],
    },
  },
  *analyze({ snapshot }) {
    for (const budget of snapshot.list('PodDisruptionBudget')) {
      const selector = budget.spec?.selector;
      const namespace = budget.metadata.namespace ?? '';
      if (selector === undefined || podsMatching(snapshot, namespace, selector).length > 0) continue;
      const near = isComplete(snapshot, namespace) ? nearest(snapshot, budget, selector) : undefined;
      if (near !== undefined) yield finding(budget, selector, near);
    }
  },
};

const KINDS = ['Pod', 'Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet'] as const;

function isComplete(snapshot: Snapshot, namespace: string): boolean {
  return KINDS.every((kind) => snapshot.coverage.state(kind, namespace) === 'complete');
}

/** What the budget may be meant for, as a sentence; undefined if a template fits or nothing comes near. */
function nearest(snapshot: Snapshot, { metadata }: PodDisruptionBudget, selector: LabelSelector): string | undefined {
  const inNamespace = workloads(snapshot).filter(({ ref }) => ref.namespace === metadata.namespace);
  const labels = inNamespace.map(({ template }) => template.metadata?.labels ?? {});
  if (labels.some((each) => matchesLabelSelector(selector, each))) return undefined;
  for (const [key, wanted] of Object.entries(selector.matchLabels ?? {})) {
    const values = new Set(labels.flatMap((each) => (Object.hasOwn(each, key) ? [each[key] ?? ''] : [])));
    const [value] = values.has(wanted) ? [] : nearNames(wanted, values, 1);
    if (value !== undefined) return `Pods of the namespace have ${key}=${value}, not ${wanted}.`;
  }
  const named = inNamespace.find(({ ref }) => ref.name === metadata.name);
  return named === undefined ? undefined : `Its name is that of ${inWords(named.ref)}, whose pods have other labels.`;
}

function finding(budget: PodDisruptionBudget, selector: LabelSelector, near: string): Finding {
  const subject = refOf(budget);
  const wanted = formatLabelSelector(selector);
  return {
    rule: pdbNoPods.meta.id,
    subject,
    severity: 'info',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} guards no pods`,
    cause: `Nothing in namespace ${subject.namespace ?? ''} has the labels that it selects (${wanted}).`,
    evidence: [
      fromSpec(subject, 'spec.selector', wanted),
      computed(subject, `no pod and no template matches; status.expectedPods ${budget.status?.expectedPods ?? 0}`),
    ],
    fixes: [describeFix(subject, `Correct spec.selector of ${inWords(subject)}, or delete it`, [near])],
    notes: [near],
  };
}
