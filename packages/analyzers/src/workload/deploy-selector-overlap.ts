import { groupBy, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  compareStrings,
  type Analyzer,
  type DaemonSet,
  type Deployment,
  type Finding,
  type LabelSelector,
  type Snapshot,
  type StatefulSet,
} from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { listed } from '../support/words.ts';

type Selecting = DaemonSet | Deployment | StatefulSet;

/** Remarks on workloads that select their pods by exactly the same labels. */
export const deploySelectorOverlap: Analyzer = {
  meta: {
    id: 'deploy-selector-overlap',
    title: 'Workloads select their pods by the same labels',
    role: 'fault',
    severity: 'info',
    reads: ['DaemonSet', 'Deployment', 'StatefulSet'],
    breaks: ['scaling'],
    docs: {
      means:
        'Every Service, disruption budget, network policy and autoscaler that means the pods of one workload gets those of the other too, and orphaned pods are adopted by either.',
      decides: 'Two or more Deployments, StatefulSets or DaemonSets of a namespace have equal selectors and want pods.',
      silent: 'For selectors that only overlap, and for workloads that are scaled to zero.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector'],
    },
  },
  *analyze({ snapshot }) {
    const groups = groupBy(selecting(snapshot), ({ metadata, spec }) =>
      JSON.stringify([metadata.namespace, pairs(spec.selector)]),
    );
    for (const [first, ...others] of groups.values()) {
      if (first !== undefined && others.length > 0) yield finding(first, others);
    }
  },
};

function selecting(snapshot: Snapshot): readonly Selecting[] {
  const replicated = [...snapshot.list('Deployment'), ...snapshot.list('StatefulSet')].filter(
    ({ spec }) => spec.replicas !== 0,
  );
  return [...replicated, ...snapshot.list('DaemonSet')].filter(
    ({ spec, metadata }) =>
      metadata.deletionTimestamp === undefined && Object.keys(spec.selector?.matchLabels ?? {}).length > 0,
  );
}

function pairs({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): unknown {
  return [Object.entries(matchLabels).toSorted(([a], [b]) => compareStrings(a, b)), matchExpressions];
}

function finding(first: Selecting, others: readonly Selecting[]): Finding {
  const subject = refOf(first);
  const rest = listed(others.map((each) => inWords(refOf(each))));
  const labels = Object.entries(first.spec.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return {
    rule: deploySelectorOverlap.meta.id,
    subject,
    severity: 'info',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} and ${rest} select pods by the same labels`,
    cause: `All of them have the selector ${labels.join(',')}, so whatever selects the pods of one by it (Services, budgets, policies, autoscalers) gets those of the others too.`,
    evidence: [first, ...others]
      .slice(0, 3)
      .map((each) => fromSpec(refOf(each), 'spec.selector.matchLabels', labels.join(','))),
    fixes: [
      describeFix(subject, 'Give each workload a label of its own in its selector and template', [
        'The selector of a workload cannot be changed: delete it with --cascade=orphan and create it again, or install it under another name.',
      ]),
    ],
  };
}
