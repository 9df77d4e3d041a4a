import { refOf, topOwner } from '@kroot/graph';
import {
  compareRefs,
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { componentPods, isCrashedComponent } from '../support/control-plane-pods.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { staleLeader, type StaleLeader } from '../support/stale-leader.ts';
import { counted, listed, span } from '../support/words.ts';

const NAME = 'kube-controller-manager';

/** Reports that nobody reconciles: the lease of kube-controller-manager is not renewed any more. */
export const controllerManagerDown: Analyzer = {
  meta: {
    id: 'controller-manager-down',
    title: 'kube-controller-manager does not run',
    role: 'fault',
    severity: 'critical',
    reads: ['Lease', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
    breaks: ['pod-creation', 'rollout', 'availability', 'scaling', 'deletion'],
    docs: {
      means:
        'The controllers of Kubernetes itself stand still: no pods are made or replaced, no rollout goes on, endpoints are not updated, lost nodes are not noticed. What runs goes on running.',
      decides:
        'The lease kube-system/kube-controller-manager was not renewed for more than a minute while other leases are fresh. Workloads whose newest spec nobody has seen, or that lack pods, are told as its victims.',
      silent:
        'When all leases are old (the capture is), when its static pod is seen to crash (that rule tells it), and where the lease is not in the capture.',
      references: ['https://kubernetes.io/docs/concepts/architecture/leases/#leader-election'],
    },
  },
  *analyze({ snapshot }) {
    const stale = staleLeader(snapshot, NAME);
    if (stale === undefined || componentPods(snapshot, NAME).some((pod) => isCrashedComponent(pod))) return;
    yield finding(snapshot, stale);
  },
};

function finding(snapshot: Snapshot, { lease, renewed, age }: StaleLeader): Finding {
  const [manager] = componentPods(snapshot, NAME);
  const target = refOf(lease);
  const waiting = waitingWorkloads(snapshot);
  const words =
    waiting.length === 0
      ? ''
      : `; ${listed(waiting.map((each) => inWords(each)))} ${waiting.length === 1 ? 'waits' : 'wait'} for it`;
  return {
    rule: controllerManagerDown.meta.id,
    subject: manager?.ref ?? target,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    since: renewed,
    message: `${NAME} does not run: its lease was last renewed ${span(age)} ago`,
    cause: `Nobody has renewed the lease ${NAME} since ${renewed}, so no controller acts${words}.`,
    state: 'does not reconcile',
    detail: { workloads: waiting.length },
    evidence: [
      fromSpec(target, 'spec.renewTime', renewed),
      fromSpec(target, 'spec.holderIdentity', lease.spec?.holderIdentity ?? ''),
      ...waiting.slice(0, 2).map((each) => computed(each, 'its newest spec is not acted upon')),
      ...(waiting.length > 2
        ? [computed(target, `${counted(waiting.length, 'workload')} in all wait for a controller`)]
        : []),
    ],
    affects: waiting,
    fixes: fixes(manager?.ref),
  };
}

/** Workloads that are behind: their newest spec is not seen, or a ReplicaSet has fewer pods than it wants. */
function waitingWorkloads(snapshot: Snapshot): readonly ResourceRef[] {
  const unseen = [...snapshot.list('Deployment'), ...snapshot.list('StatefulSet'), ...snapshot.list('DaemonSet')]
    .filter(
      ({ metadata, status }) => (status?.observedGeneration ?? metadata.generation ?? 0) < (metadata.generation ?? 0),
    )
    .map((object) => refOf(object));
  const short = snapshot
    .list('ReplicaSet')
    .filter(({ spec, status }) => (status?.replicas ?? 0) < (spec.replicas ?? 1))
    .map((set) => topOwner(snapshot, set));
  return [...new Map([...unseen, ...short].map((target) => [refKey(target), target])).values()].toSorted(compareRefs);
}

function fixes(pod: ResourceRef | undefined): readonly Fix[] {
  const look: Fix = {
    summary: `Find out where ${NAME} runs and start it again`,
    steps: [
      `On clusters made with kubeadm: see on each control-plane node whether /etc/kubernetes/manifests/${NAME}.yaml exists and what crictl ps -a shows`,
      'On a managed control plane: ask the provider',
    ],
    commands: [
      kubectl('kube-system', 'get', 'lease', NAME, '-o', 'yaml'),
      kubectl('kube-system', 'get', 'pods', '-l', `component=${NAME}`, '-o', 'wide'),
    ],
    effect: 'none',
    where: 'node',
  };
  if (pod === undefined) return [look];
  const log: Fix = {
    summary: `Read the log of ${pod.name}`,
    steps: ['Look for leader election, certificates and the address of the API server'],
    commands: [kubectl(pod.namespace, 'logs', pod.name, '--tail=100')],
    effect: 'none',
    where: 'cluster',
  };
  return [log, look];
}
