import { conditionOf } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Finding, type Pod, type Snapshot } from '@kroot/types';
import { computed, fromCondition, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { isNodeAgent, ownersOfPods, podsOnNode, refsOfPods, usedNodes } from '../support/pods-on-node.ts';
import { sinceOf } from '../support/group-pods.ts';
import { counted, listed } from '../support/words.ts';

/** Reports nodes that are gone while pods are still bound to them. */
export const nodeGhost: Analyzer = {
  meta: {
    id: 'node-ghost',
    title: 'Pods are bound to a node that no longer exists',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod'],
    breaks: ['node-lost', 'deletion'],
    docs: {
      means:
        'A node was deleted while pods still ran on it. No kubelet is left to confirm their end, and until the garbage collector removes them their controllers may wait.',
      decides:
        'Pods that a scheduler once placed, or that a kubelet once started, name a node that is provably not in the cluster.',
      silent:
        'When nodes could not be listed; for pods of DaemonSets, which need none on a node that is gone; and for pods that never ran and name their node themselves: a wrong nodeName is another fault.',
      references: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection'],
    },
  },
  *analyze({ snapshot }) {
    for (const name of usedNodes(snapshot)) {
      const node = snapshot.lookup({ ...ref('Node', undefined, name), kind: 'Node' as const });
      if (node.state === 'absent') yield* ghost(snapshot, name);
    }
  },
};

function wasPlaced({ status }: Pod): boolean {
  return conditionOf(status?.conditions, 'PodScheduled')?.status === 'True' || status?.startTime !== undefined;
}

function* ghost(snapshot: Snapshot, name: string): Iterable<Finding> {
  const pods = podsOnNode(snapshot, name).filter(
    ({ pod, stage }) =>
      (stage === 'node-lost' || stage === 'terminating') && wasPlaced(pod) && !isNodeAgent(snapshot, pod),
  );
  const [first] = pods;
  if (first === undefined) return;
  const subject = ref('Node', undefined, name);
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  const disruption = conditionOf(first.pod.status?.conditions, 'DisruptionTarget');
  yield {
    rule: nodeGhost.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    ...optional('since', sinceOf(pods)),
    message: `Node ${name} no longer exists, but ${counted(pods.length, 'pod')} ${pods.length === 1 ? 'is' : 'are'} still bound to it`,
    cause: `${listed(owners)} ${owners.length === 1 ? 'has' : 'have'} pods on ${name}, which is not a node of the cluster, so no kubelet runs or ends them.`,
    detail: { node: name, pods: pods.length },
    evidence: [
      fromSpec(first.ref, 'spec.nodeName', name),
      computed(subject, `the cluster has ${counted(snapshot.list('Node').length, 'other node')}`),
      ...(disruption === undefined ? [] : [fromCondition(first.ref, disruption)]),
    ],
    affects: refsOfPods(pods),
    fixes: [
      {
        summary: `See whether the machine of ${name} still runs`,
        steps: ['If it does, restart its kubelet: it registers the node again, and nothing is lost.'],
        commands: [kubectl(undefined, 'get', 'pods', '-A', '-o', 'wide', `--field-selector=spec.nodeName=${name}`)],
        effect: 'none',
        where: 'node',
      },
      {
        summary: `Make sure that the machine of ${name} is gone, then remove its pods`,
        steps: [
          'If it is gone for good, delete the pods by force; of a StatefulSet only when the old pod certainly does not run any more.',
        ],
        commands: pods
          .slice(0, 5)
          .map(({ ref: { namespace, name: pod } }) =>
            kubectl(namespace, 'delete', 'pod', pod, '--force', '--grace-period=0'),
          ),
        effect: 'destructive',
        where: 'cluster',
      },
    ],
  };
}
