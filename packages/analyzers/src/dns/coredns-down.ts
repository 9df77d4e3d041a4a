import { clusterDns, podState, refOf, serviceEndpoints } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type Service,
  type Snapshot,
} from '@kroot/types';
import { computed, fromContainer } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { podsOwner } from '../support/pods-owner.ts';
import { counted } from '../support/words.ts';

/** Reports that no pod of the cluster's DNS is ready. */
export const corednsDown: Analyzer = {
  meta: {
    id: 'coredns-down',
    title: 'DNS of the cluster is down',
    role: 'fault',
    severity: 'critical',
    reads: ['Service', 'EndpointSlice', 'Endpoints', 'Pod', 'Deployment', 'DaemonSet', 'ReplicaSet'],
    breaks: ['name-resolution'],
    waitsFor: ['endpoints', 'availability'],
    docs: {
      means: 'No pod answers DNS queries, so no name resolves for any pod that uses the DNS of the cluster.',
      decides:
        'The DNS Service (kube-dns, coredns or dns-default, or labelled k8s-app=kube-dns, with port 53) is known to have no ready endpoint. What keeps its pods from being ready is the cause, where that is known.',
      silent:
        'While one endpoint is ready or its pods are inside their grace windows, and when the selector fits nothing at all (another rule).',
      references: ['https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/'],
    },
  },
  *analyze({ snapshot }) {
    for (const service of clusterDns(snapshot).services) {
      if (isDown(snapshot, service)) yield finding(snapshot, service);
    }
  },
};

function isDown(snapshot: Snapshot, service: Service): boolean {
  const { managed, complete, source, ready, selected, workloads } = serviceEndpoints(snapshot, service);
  if (!managed || !complete || source === 'unknown' || ready.length > 0) return false;
  if (selected.length === 0) return workloads.length > 0;
  const states = selected.map((pod) => podState(snapshot, pod));
  return (
    states.some(({ blocked }) => blocked) || states.every(({ stage }) => stage === 'failed' || stage === 'completed')
  );
}

function finding(snapshot: Snapshot, service: Service): Finding {
  const subject = refOf(service);
  const { source, notReady, selected, workloads } = serviceEndpoints(snapshot, service);
  const states = selected.map((pod) => podState(snapshot, pod)).filter(({ blocked }) => blocked);
  const [first] = states;
  const owner = workloads[0] ?? podsOwner(snapshot, selected);
  const behind =
    selected.length === 0 ? `${inWords(owner)} has no pods` : `none of its ${counted(selected.length, 'pod')} is ready`;
  const evidence: Evidence[] = [
    computed(
      subject,
      `${source === 'computed' ? 'readiness of its pods' : source}: 0 ready and ${counted(notReady.length, 'unready address', 'unready addresses')}`,
    ),
  ];
  if (first?.culprit !== undefined) evidence.push(fromContainer(first.ref, first.culprit));
  const look: Fix = {
    summary: `See why the pods of ${inWords(owner)} are not ready`,
    steps: ['Repair what the pods wait for; names resolve again as soon as one of them is ready.'],
    commands: [
      kubectl(subject.namespace, 'get', 'pods', '-o', 'wide', ...selectorOf(service)),
      kubectl(owner.namespace, 'logs', kubectlName(owner), '--all-containers', '--tail=50'),
    ],
    effect: 'none',
    where: 'cluster',
  };
  return {
    rule: corednsDown.meta.id,
    subject,
    severity: 'critical',
    confidence: source === 'computed' ? CONFIDENCE.proved : CONFIDENCE.stated,
    ...optional('since', sinceOf(states)),
    message: `DNS of the cluster is down: ${inWords(subject)} has no ready endpoints`,
    cause: `${inWords(subject)} answers DNS for the pods of the cluster, and ${behind}.`,
    evidence,
    fixes: [look],
    notes: ["Pods with dnsPolicy Default and pods on the host's network do not ask it and are not harmed."],
  };
}

function selectorOf({ spec }: Service): readonly string[] {
  const pairs = Object.entries(spec?.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? [] : ['-l', pairs.join(',')];
}
