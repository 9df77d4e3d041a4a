import { type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type Mechanism,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { componentPods, isCrashedComponent, type Component } from '../support/control-plane-pods.ts';
import { endWords, lastWords, restartWords } from '../support/end-words.ts';
import { fromContainer, fromEvent } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { unschedulablePods } from '../support/unschedulable.ts';

/** Reports static pods of the control plane that end again and again. */
export const controlPlaneStaticPodCrash: Analyzer = {
  meta: {
    id: 'control-plane-static-pod-crash',
    title: 'Program of the control plane does not stay up',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Event', 'Node'],
    breaks: ['container-exit', 'container-start', 'scheduling', 'pod-creation', 'admission'],
    docs: {
      means:
        'A static pod of the control plane (etcd, kube-apiserver, kube-controller-manager, kube-scheduler) ends or cannot be started. Its manifest is a file on the node: what the API shows is a mirror, and changing or deleting that has no effect.',
      decides: 'A mirror pod with a container of that name that is in a crash loop or cannot be started.',
      silent: 'For restarts that have healed, and while the node is lost.',
      references: ['https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/'],
    },
  },
  *analyze({ snapshot }) {
    for (const component of COMPONENTS) {
      const pods = componentPods(snapshot, component);
      for (const pod of pods) if (isCrashedComponent(pod)) yield finding(snapshot, component, pod);
    }
  },
};

const COMPONENTS: readonly Component[] = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

const BREAKS: Readonly<Record<Component, readonly Mechanism[]>> = {
  etcd: ['admission'],
  'kube-apiserver': ['admission'],
  'kube-controller-manager': ['pod-creation'],
  'kube-scheduler': ['scheduling'],
};

const STOPS: Readonly<Record<Component, string>> = {
  etcd: 'a member of the store behind the API is missing',
  'kube-apiserver': 'this API server answers nobody',
  'kube-controller-manager': 'no controller acts: no pods are replaced, no rollouts go on',
  'kube-scheduler': 'new pods stay Pending',
};

function finding(snapshot: Snapshot, component: Component, state: PodState): Finding {
  const { ref, culprit } = state;
  const others = componentPods(snapshot, component).filter((pod) => pod !== state && !isCrashedComponent(pod));
  const alone = others.length === 0;
  const waiting = component === 'kube-scheduler' && alone ? unseen(snapshot) : [];
  const end =
    culprit === undefined
      ? 'does not stay up'
      : `${endWords(culprit)}${restartWords(culprit)}, and ${lastWords(culprit)}`;
  return {
    rule: controlPlaneStaticPodCrash.meta.id,
    subject: ref,
    severity: alone ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf([state])),
    message: `${component} on node ${state.pod.spec.nodeName ?? ''} does not stay up${alone ? `: ${STOPS[component]}` : ''}`,
    cause: `Container "${culprit?.name ?? component}" ${end}${alone ? '' : `; ${others.map(({ ref: other }) => other.name).join(' and ')} still ${others.length === 1 ? 'runs' : 'run'}`}.`,
    state: 'does not stay up',
    evidence: evidenceOf(state),
    breaks: ['container-exit', 'container-start', ...BREAKS[component]],
    affects: [ref, ...waiting],
    fixes: fixes(state, component),
    notes: [
      'This is a static pod: deleting it or changing it through the API does nothing. Its manifest is a file on the node.',
    ],
  };
}

/** The pods that no scheduler has looked at. */
function unseen(snapshot: Snapshot): readonly ResourceRef[] {
  return unschedulablePods(snapshot)
    .filter(({ rule }) => rule === 'scheduler-down')
    .map(({ state }) => state.ref);
}

function evidenceOf({ ref, culprit, event }: PodState): readonly Evidence[] {
  return [
    ...(culprit === undefined ? [] : [fromContainer(ref, culprit)]),
    ...(event === undefined ? [] : [fromEvent(event, ref)]),
  ];
}

function fixes({ ref, pod, culprit }: PodState, component: Component): readonly Fix[] {
  return [
    {
      summary: `Read the last output of ${inWords(ref)}`,
      steps: ['Look for a wrong flag, a certificate that has run out, a port in use, or etcd out of reach'],
      commands: [kubectl(ref.namespace, 'logs', ref.name, '-c', culprit?.name ?? component, '--previous', '--tail=50')],
      effect: 'none',
      where: 'cluster',
    },
    {
      summary: `Correct the manifest of ${component} on node ${pod.spec.nodeName ?? ''}`,
      steps: [
        `On the node edit the manifest (with kubeadm /etc/kubernetes/manifests/${component}.yaml); the kubelet starts it again by itself`,
        'If the API does not answer, crictl ps -a and crictl logs on the node show the container',
      ],
      commands: [],
      effect: 'change',
      where: 'node',
    },
  ];
}
