import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { stuckDrains, type StuckDrain } from '../support/drains.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, listed } from '../support/words.ts';

/** Reports nodes whose drain does not end. */
export const nodeDrainStuck: Analyzer = {
  meta: {
    id: 'node-drain-stuck',
    title: 'Drain of a node does not end',
    role: 'symptom',
    severity: 'warning',
    reads: ['Node', 'Pod', 'PodDisruptionBudget', 'Event'],
    waitsFor: ['deletion'],
    docs: {
      means:
        'The node is closed and has been emptied, but for a few pods that cannot go. An upgrade or a scale-down waits for them.',
      decides:
        'The node is cordoned (or has the taint of a tool that removes nodes) for more than two minutes, and every pod on it that a drain evicts is kept by a disruption budget that allows no eviction, or was deleted and stays.',
      silent:
        'While other pods that nothing keeps are still on a cordoned node: then nobody drains it. Pods of DaemonSets, static pods and finished pods do not count.',
      references: ['https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/'],
    },
  },
  *analyze({ snapshot }) {
    for (const drain of stuckDrains(snapshot)) yield finding(drain);
  },
};

function finding({ ref: subject, guarded, terminating, since }: StuckDrain): Finding {
  const pods = [...guarded.map(({ pod }) => pod), ...terminating];
  const names = listed(pods.map(({ ref }) => inWords(ref)));
  return {
    rule: nodeDrainStuck.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    ...optional('since', since),
    message: `${inWords(subject)} is closed and ${counted(pods.length, 'pod')} cannot leave it`,
    cause: `${inWords(subject)} is being emptied, and ${names} ${pods.length === 1 ? 'stays' : 'stay'}.`,
    state: `drain waits for ${counted(pods.length, 'pod')}`,
    evidence: [
      fromSpec(subject, 'spec.unschedulable', 'true'),
      computed(
        subject,
        `of the pods that a drain evicts only these are left: ${listed(
          pods.map(({ ref }) => `${ref.namespace ?? ''}/${ref.name}`),
          5,
        )}`,
      ),
    ],
    because: pods.map(({ ref }) => ({ ref, mechanism: 'deletion' as const })),
    fixes: [],
  };
}
