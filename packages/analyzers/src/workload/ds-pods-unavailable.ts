import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type DaemonSet, type Finding } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { isFresh } from '../support/rollout-grace.ts';

/** Reports DaemonSets whose pods are not available on every node where they should run. */
export const dsPodsUnavailable: Analyzer = {
  meta: {
    id: 'ds-pods-unavailable',
    title: 'DaemonSet is not available on every node',
    role: 'symptom',
    severity: 'critical',
    reads: ['DaemonSet', 'Pod', 'Node'],
    waitsFor: ['availability', 'pod-creation'],
    breaks: ['endpoints', 'availability'],
    docs: {
      means: 'On some nodes the pod of the DaemonSet is not available.',
      decides: 'status.numberAvailable against status.desiredNumberScheduled.',
      silent: 'When no node is meant, and within a minute of its creation.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/'],
    },
  },
  *analyze({ snapshot, now }) {
    for (const set of snapshot.list('DaemonSet')) {
      const found = finding(set, now);
      if (found !== undefined) yield found;
    }
  },
};

function finding(set: DaemonSet, now: number): Finding | undefined {
  const { status, metadata } = set;
  const desired = status?.desiredNumberScheduled ?? 0;
  const available = status?.numberAvailable ?? (status?.numberUnavailable === undefined ? (status?.numberReady ?? 0) : desired - status.numberUnavailable);
  if (available >= desired || metadata.deletionTimestamp !== undefined || isFresh(now, metadata.creationTimestamp)) {
    return undefined;
  }
  const subject = refOf(set);
  return {
    rule: dsPodsUnavailable.meta.id,
    subject,
    severity: available === 0 ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    message: `${inWords(subject)} is available on ${available} of ${desired} nodes`,
    cause: `The DaemonSet has ${available} of ${desired} pods available.`,
    state: `${available}/${desired} available`,
    evidence: [computed(subject, `status.desiredNumberScheduled ${desired}, available ${available}`)],
    fixes: [],
  };
}
