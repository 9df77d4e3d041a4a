import { conditionOf, nearNames, podsOf, podState, refOf, workloads, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Finding,
  type Fix,
  type Pod,
  type PodSpec,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { isYounger, refsOfPods } from '../support/pods-on-node.ts';
import { podSpecPath, templatePatch, unchangeableNote } from '../support/template-patch.ts';
import { counted, listed } from '../support/words.ts';

/** A node that was created moments ago may not be in the capture yet. */
const GRACE = 60_000;

/** Reports workloads that name their node themselves, and name one that does not exist. */
export const podNodenameMissingNode: Analyzer = {
  meta: {
    id: 'pod-nodename-missing-node',
    title: 'nodeName names a node that does not exist',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet'],
    breaks: ['node-lost', 'pod-creation'],
    docs: {
      means:
        'spec.nodeName bypasses the scheduler: the pod belongs to that node at once. Where there is no such node no kubelet ever starts it, and the garbage collector deletes it and its successors again and again.',
      decides:
        'The pod template, or a pod without controller, has spec.nodeName; complete lists of nodes lack that name; and no pod of the workload ever started. The age of the workload counts, since its pods never get old.',
      silent:
        'When nodes could not be listed, in the first minute of the workload, for workloads that are scaled to zero, and for pods that once ran: that node was lost later (node-ghost).',
      references: [
        'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename',
        'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection',
      ],
    },
  },
  *analyze({ snapshot, now }) {
    for (const { ref: owner, object, template, replicas } of workloads(snapshot)) {
      if (replicas === 0 || owner.kind === 'CronJob' || isYounger(object, now, GRACE)) continue;
      yield* judge(snapshot, owner, template.spec, podsOf(snapshot, owner));
    }
    for (const pod of snapshot.list('Pod')) {
      const isBare = (pod.metadata.ownerReferences ?? []).length === 0;
      if (isBare && !isYounger(pod, now, GRACE)) yield* judge(snapshot, refOf(pod), pod.spec, [pod]);
    }
  },
};

function* judge(snapshot: Snapshot, owner: ResourceRef, spec: PodSpec, pods: readonly Pod[]): Iterable<Finding> {
  const { nodeName = '' } = spec;
  if (nodeName === '' || pods.some((pod) => hasStarted(pod))) return;
  const node = snapshot.lookup({ ...ref('Node', undefined, nodeName), kind: 'Node' as const });
  if (node.state !== 'absent') return;
  yield finding(
    snapshot,
    { owner, spec, nodeName },
    pods.map((pod) => podState(snapshot, pod)),
  );
}

/** A kubelet took it, or a scheduler chose the node: https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet.go */
function hasStarted({ status }: Pod): boolean {
  return status?.startTime !== undefined || conditionOf(status?.conditions, 'PodScheduled')?.status === 'True';
}

interface Named {
  readonly owner: ResourceRef;
  readonly spec: PodSpec;
  readonly nodeName: string;
}

function finding(snapshot: Snapshot, { owner, spec, nodeName }: Named, pods: readonly PodState[]): Finding {
  const nodes = snapshot.list('Node').map(({ metadata }) => metadata.name);
  const near = nearNames(nodeName, nodes);
  const path = `${podSpecPath(owner)}.nodeName`;
  return {
    rule: podNodenameMissingNode.meta.id,
    subject: owner,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `${inWords(owner)} names node ${nodeName}, which does not exist`,
    cause: `${path} of ${inWords(owner)} is ${nodeName}, and the cluster has no such node, so no kubelet ever starts ${pods.length === 1 ? 'its pod' : 'its pods'}.`,
    detail: { node: nodeName },
    evidence: [
      fromSpec(owner, path, nodeName),
      computed(
        ref('Node', undefined, nodeName),
        `not among the ${counted(nodes.length, 'node')} of the cluster${near.length === 0 ? '' : `; near: ${listed(near)}`}`,
      ),
    ],
    affects: [owner, ...refsOfPods(pods)],
    fixes: fixes({ owner, spec, nodeName }, near),
    notes: unchangeableNote({ owner, template: spec }),
  };
}

function fixes({ owner, spec, nodeName }: Named, near: readonly string[]): readonly Fix[] {
  const target = { owner, template: spec };
  const look = kubectl(undefined, 'get', 'nodes');
  const drop: Fix = {
    summary: `Take nodeName out of ${inWords(owner)} and leave the choice to the scheduler`,
    steps: ['To keep the pods on certain nodes use nodeSelector or affinity: the scheduler then says when none fits.'],
    commands: [...templatePatch(target, [{ op: 'remove', path: '/nodeName' }]), look],
    effect: 'change',
    where: 'cluster',
  };
  const [meant] = near;
  if (meant === undefined) return [drop];
  return [
    {
      summary: `Name node ${meant} in ${inWords(owner)}, if that is meant instead of ${nodeName}`,
      steps: [`The cluster has ${listed(near)}.`],
      commands: [...templatePatch(target, [{ op: 'replace', path: '/nodeName', value: meant }]), look],
      effect: 'change',
      where: 'cluster',
    },
    drop,
  ];
}
