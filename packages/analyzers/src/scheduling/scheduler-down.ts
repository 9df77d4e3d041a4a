import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { componentPods, isCrashedComponent } from '../support/control-plane-pods.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { podsInWords } from '../support/pods-in-words.ts';
import { leaseAge, schedulerLease } from '../support/unseen-pods.ts';
import { unschedulablePods, type UnschedulablePod } from '../support/unschedulable.ts';
import { listed, span } from '../support/words.ts';

/** Reports that nobody schedules: pods that nodes would take have never been looked at. */
export const schedulerDown: Analyzer = {
  meta: {
    id: 'scheduler-down',
    title: 'kube-scheduler does not run',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'Lease', 'Event'],
    breaks: ['scheduling'],
    docs: {
      means: 'New pods stay Pending without a word, because no scheduler looks at them. What runs already goes on.',
      decides:
        'Pods for the default scheduler that have neither a node nor condition PodScheduled nor an event of a scheduler after two minutes, although a node would take them. A stale lease kube-system/kube-scheduler makes it certain.',
      silent:
        'While the lease is renewed, when the scheduler has dealt with a later pod, when its static pod is seen to crash (that rule tells it), and in captures that show no conditions of pods.',
      references: [
        'https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/',
        'https://kubernetes.io/docs/concepts/architecture/leases/',
      ],
    },
  },
  *analyze({ snapshot }) {
    const pods = unschedulablePods(snapshot).filter(({ rule }) => rule === 'scheduler-down');
    if (pods.length === 0 || componentPods(snapshot, 'kube-scheduler').some((pod) => isCrashedComponent(pod))) return;
    yield finding(snapshot, pods);
  },
};

function finding(snapshot: Snapshot, pods: readonly UnschedulablePod[]): Finding {
  const [scheduler] = componentPods(snapshot, 'kube-scheduler');
  const subject = scheduler?.ref ?? ref('Lease', 'kube-system', 'kube-scheduler');
  const waiting = podsInWords(pods);
  const [first] = pods;
  const nodes = (first?.replay.feasible ?? []).map(({ name }) => name);
  const stale = staleness(snapshot);
  return {
    rule: schedulerDown.meta.id,
    subject,
    severity: 'critical',
    confidence: confidenceOf(stale !== undefined, scheduler !== undefined),
    ...optional('since', sinceOf(pods.map(({ state }) => state))),
    message: `kube-scheduler does not run: nobody has looked at ${waiting}`,
    cause: `No scheduler has ever looked at ${waiting}, although ${nodes.length === 1 ? 'node' : 'nodes'} ${listed(nodes)} would take ${pods.length === 1 ? 'it' : 'them'}${stale === undefined ? '' : `, and the lease of kube-scheduler was last renewed ${stale} ago`}.`,
    state: 'does not schedule',
    evidence: [
      ...leaseEvidence(snapshot),
      ...(first === undefined
        ? []
        : [
            computed(first.state.ref, 'no condition PodScheduled and no event of a scheduler'),
            computed(first.state.ref, `fits on ${listed(nodes)}`),
          ]),
    ],
    affects: pods.map(({ state }) => state.ref),
    fixes: fixes(scheduler?.ref),
    notes:
      scheduler === undefined
        ? [
            'The capture holds no pod of kube-scheduler: it runs outside the cluster (managed, or as a service of the machine), or its static pod is gone.',
          ]
        : [`${inWords(scheduler.ref)} is there and does not show a failure: see its log.`],
  };
}

/** A scheduler whose pod shows no failure may well run, and the pods be for another one. */
function confidenceOf(isStale: boolean, isThere: boolean): number {
  if (isStale) return CONFIDENCE.proved;
  return isThere ? CONFIDENCE.heuristic : CONFIDENCE.strong;
}

function staleness(snapshot: Snapshot): string | undefined {
  const age = leaseAge(snapshot, schedulerLease(snapshot));
  return age === undefined ? undefined : span(age);
}

function leaseEvidence(snapshot: Snapshot): readonly Evidence[] {
  const renewed = schedulerLease(snapshot)?.spec?.renewTime;
  return renewed === undefined
    ? []
    : [fromSpec(ref('Lease', 'kube-system', 'kube-scheduler'), 'spec.renewTime', renewed)];
}

function fixes(pod: ResourceRef | undefined): readonly Fix[] {
  const look: Fix = {
    summary: 'Find out where kube-scheduler runs and start it again',
    steps: [
      'On clusters made with kubeadm: see on each control-plane node whether /etc/kubernetes/manifests/kube-scheduler.yaml exists and what crictl ps -a shows',
      'Where it is a service of the machine: systemctl status kube-scheduler, then journalctl -u kube-scheduler',
      'On a managed control plane: ask the provider',
    ],
    commands: [
      kubectl('kube-system', 'get', 'lease', 'kube-scheduler', '-o', 'yaml'),
      kubectl('kube-system', 'get', 'pods', '-l', 'component=kube-scheduler', '-o', 'wide'),
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
