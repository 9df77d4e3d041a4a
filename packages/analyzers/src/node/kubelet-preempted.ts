import { groupBy, conditionOf, podsOf, podState, topOwner, type PodState } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { endedWords } from '../support/ended-words.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { lacksPods } from '../support/lacks-pods.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, podsOnNode, refsOfPods } from '../support/pods-on-node.ts';
import { inline, listed } from '../support/words.ts';

/** Reports nodes whose kubelet ended pods to make room for a critical one, where their place is still empty. */
export const kubeletPreempted: Analyzer = {
  meta: {
    id: 'kubelet-preempted',
    title: 'Kubelet ended pods to make room for a critical one',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Node', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'],
    breaks: ['availability', 'eviction'],
    docs: {
      means:
        'A static pod, or one of class system-node-critical or system-cluster-critical, came to a node that was full, and the kubelet ended other pods for it. The scheduler had no say: the node is given more than it has.',
      decides: 'Failed pods with reason Preempting whose place is still empty.',
      silent:
        'When other pods have taken their place, and when those are pending: then the rule that says why they fit nowhere tells it.',
      references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/preemption/preemption.go'],
    },
  },
  *analyze({ snapshot }) {
    const ended = snapshot
      .list('Pod')
      .filter(({ status }) => status?.phase === 'Failed' && status.reason === 'Preempting')
      .filter((pod) => lacksPods(snapshot, pod) && !isPending(snapshot, pod))
      .map((pod) => podState(snapshot, pod));
    for (const [name, [first, ...more]] of groupBy(ended, ({ pod }) => pod.spec.nodeName)) {
      if (first !== undefined) yield finding(snapshot, name, [first, ...more]);
    }
  },
};

function isPending(snapshot: Snapshot, pod: PodState['pod']): boolean {
  return podsOf(snapshot, topOwner(snapshot, pod)).some((other) => podState(snapshot, other).stage === 'unscheduled');
}

const CRITICAL = 2_000_000_000;

function finding(snapshot: Snapshot, name: string, pods: readonly [PodState, ...PodState[]]): Finding {
  const subject = ref('Node', undefined, name);
  const [first] = pods;
  const owners = ownersOfPods(snapshot, pods);
  const words = owners.map((owner) => inWords(owner));
  const critical = podsOnNode(snapshot, name).filter(
    ({ pod, stage }) => (pod.spec.priority ?? 0) >= CRITICAL && stage !== 'failed' && stage !== 'completed',
  );
  const since = conditionOf(first.pod.status?.conditions, 'DisruptionTarget')?.lastTransitionTime;
  return {
    rule: kubeletPreempted.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', since),
    message: `Kubelet of node ${name} ended ${endedWords(pods.length, owners)} to make room for a critical one`,
    cause: `${name} was full when a critical pod came, and its kubelet ended ${first.ref.name} ("${inline(first.pod.status?.message ?? '')}").`,
    detail: { node: name, pods: pods.length },
    evidence: [
      { ...fromSpec(first.ref, 'status.message', first.pod.status?.message ?? ''), source: 'status' },
      ...(critical.length === 0
        ? []
        : [
            computed(
              subject,
              `critical pods on it: ${listed(
                critical.map(({ ref: { name: pod } }) => pod),
                5,
              )}`,
            ),
          ]),
    ],
    affects: [...owners.filter(({ kind }) => kind !== 'Pod'), ...refsOfPods(pods)],
    fixes: [
      {
        summary: `Make room on ${name}, or on another node, for ${listed(words)}`,
        steps: [
          'Compare what its pods request with what it can allocate; static pods count there although no scheduler placed them.',
          'systemReserved and kubeReserved of the kubelet keep room for what is not a pod.',
        ],
        commands: [kubectl(undefined, 'describe', `node/${name}`)],
        effect: 'none',
        where: 'node',
      },
    ],
  };
}
