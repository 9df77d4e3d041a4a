import { type Analyzer, CONFIDENCE, type Finding, type Fix, type Snapshot } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { optional } from '../support/optional.ts';
import { ownersByPods, podsInWords } from '../support/pods-in-words.ts';
import { scaleUpCause } from '../support/scale-up-faults.ts';
import { unschedulablePods, type UnschedulablePod } from '../support/unschedulable.ts';
import { counted, listed } from '../support/words.ts';

/** Reports clusters that have no node for workloads at all, as one finding for all pods that wait. */
export const schedNoNodes: Analyzer = {
  meta: {
    id: 'sched-no-nodes',
    title: 'Cluster has no node for workloads',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Event'],
    breaks: ['scheduling'],
    waitsFor: ['scaling'],
    docs: {
      means:
        'There is no node, or there are only control-plane nodes, whose taint keeps workloads away. The worker nodes never joined, were removed, or their pool was scaled to zero. The workload with most waiting pods stands for all.',
      decides:
        'The capture holds all nodes and there are none, the scheduler says that there are none, or each of them has the taint of the control plane and the pod does not tolerate it.',
      silent: 'While a worker node exists: one that is cordoned or not ready is told by the rules of the node.',
      references: [
        'https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/',
        'https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane-taint',
      ],
    },
  },
  *analyze({ snapshot }) {
    const pods = unschedulablePods(snapshot).filter(({ rule }) => rule === 'sched-no-nodes');
    const [subject] = ownersByPods(pods);
    if (subject !== undefined) yield finding(snapshot, subject, pods);
  },
};

function finding(snapshot: Snapshot, subject: Finding['subject'], pods: readonly UnschedulablePod[]): Finding {
  const names = snapshot.list('Node').map(({ metadata }) => metadata.name);
  const waiting = podsInWords(pods);
  const because = scaleUpCause(snapshot, pods);
  const have =
    names.length === 0
      ? 'no node at all'
      : `no worker node, only ${counted(names.length, 'control-plane node')} (${listed(names)})`;
  const words = pods.find(({ evidence }) => evidence.length > 0)?.evidence ?? [];
  return {
    rule: schedNoNodes.meta.id,
    subject,
    severity: 'critical',
    confidence: words.length > 0 ? CONFIDENCE.stated : CONFIDENCE.proved,
    ...optional('since', sinceOf(pods.map(({ state }) => state))),
    message: `The cluster has ${names.length === 0 ? 'no nodes' : 'no worker nodes'}: ${waiting} cannot be placed`,
    cause: `The cluster has ${have}, so nothing can take ${waiting}.`,
    evidence: [...words, computed(subject, `nodes in the cluster: ${names.length === 0 ? 'none' : names.join(', ')}`)],
    ...(because.length === 0 ? { waitsFor: [] } : { because }),
    affects: pods.map(({ state }) => state.ref),
    fixes: [addNodes(), ...openControlPlane(names, pods)],
  };
}

function addNodes(): Fix {
  return {
    summary: 'Bring worker nodes into the cluster',
    steps: [
      'See whether the node pool is scaled to zero, and whether its machines run',
      'If machines run and do not join: read the kubelet log there (bootstrap token, certificate, address of the API server)',
    ],
    commands: [{ argv: ['kubectl', 'get', 'nodes', '-o', 'wide'] }],
    effect: 'none',
    where: 'node',
  };
}

/** In a cluster of one machine the control plane is meant to run workloads as well. */
function openControlPlane(names: readonly string[], pods: readonly UnschedulablePod[]): readonly Fix[] {
  const [name] = names;
  if (name === undefined || names.length > 1) return [];
  const keys = (pods[0]?.replay.nodes[0]?.rejections ?? []).flatMap((rejection) =>
    rejection.plugin === 'TaintToleration' ? [`${rejection.key}:${rejection.effect}-`] : [],
  );
  return [
    {
      summary: `If this is a cluster of one machine: let ${name} run workloads`,
      steps: [`Remove the taint of the control plane from ${name}`],
      commands: [{ argv: ['kubectl', 'taint', 'nodes', name, ...keys] }],
      effect: 'change',
      where: 'node',
    },
  ];
}
