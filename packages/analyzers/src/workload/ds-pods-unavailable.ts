import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type DaemonSet, type Finding, type Snapshot } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { heldPods, isFresh, isStarting } from '../support/rollout-grace.ts';
import { counted, listed } from '../support/words.ts';

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
      silent:
        'When no node is meant, within a minute of its creation, and while its missing pods are inside their grace windows.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/'],
    },
  },
  *analyze({ snapshot, now }) {
    for (const set of snapshot.list('DaemonSet')) {
      const desired = set.status?.desiredNumberScheduled ?? 0;
      const available = availableOf(set);
      const { deletionTimestamp, creationTimestamp } = set.metadata;
      if (available >= desired || deletionTimestamp !== undefined || isFresh(now, creationTimestamp)) continue;
      if (!isStarting(snapshot, refOf(set))) yield finding(snapshot, set, available);
    }
  },
};

/** The controller leaves out what is zero. */
function availableOf({ status }: DaemonSet): number {
  const { desiredNumberScheduled = 0, numberAvailable, numberUnavailable, numberReady = 0 } = status ?? {};
  if (numberAvailable !== undefined) return numberAvailable;
  return numberUnavailable === undefined ? numberReady : desiredNumberScheduled - numberUnavailable;
}

function finding(snapshot: Snapshot, set: DaemonSet, available: number): Finding {
  const subject = refOf(set);
  const desired = set.status?.desiredNumberScheduled ?? 0;
  const nodes = heldPods(snapshot, subject)
    .map(({ pod }) => pod.spec.nodeName ?? '')
    .filter((name) => name !== '');
  const where = nodes.length === 0 ? '' : `; it is held up on ${listed(nodes)}`;
  return {
    rule: dsPodsUnavailable.meta.id,
    subject,
    severity: available === 0 ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    message: `${inWords(subject)} is available on ${available} of ${counted(desired, 'node')}`,
    cause: `The DaemonSet has ${available} of ${counted(desired, 'pod')} available${where}.`,
    state: `${available}/${desired} available`,
    evidence: [computed(subject, `status.desiredNumberScheduled ${desired}, available ${available}`)],
    fixes: [],
  };
}
