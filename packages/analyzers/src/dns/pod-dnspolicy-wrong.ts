import { type ServiceReference } from '@kroot/graph';
import { type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { clients, sufferers, waitingPods, type Client } from '../support/clients.ts';
import { fromContainer, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { dnsProblem, type DnsProblem } from '../support/pod-dns.ts';
import { referenceEvidence, referencesOf, referenceWords } from '../support/reference-fault.ts';
import { jsonPatch, podSpecPointer, type PatchOperation } from '../support/template-patch.ts';
import { counted } from '../support/words.ts';

/** Reports workloads whose DNS settings cannot resolve the Services that they need, while their pods fail. */
export const podDnspolicyWrong: Analyzer = {
  meta: {
    id: 'pod-dnspolicy-wrong',
    title: 'DNS settings of the pods cannot resolve Services',
    role: 'fault',
    severity: 'critical',
    reads: [
      'Pod',
      'Service',
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'ReplicaSet',
      'Job',
      'CronJob',
      'ConfigMap',
      'EndpointSlice',
      'Endpoints',
    ],
    breaks: ['container-exit', 'readiness', 'dependency', 'name-resolution'],
    docs: {
      means:
        'The program needs Services of the cluster by name, but its pods do not ask the DNS of the cluster, so these names do not resolve and the program fails.',
      decides:
        "The template has dnsPolicy Default, or None with nameservers that are not the cluster's (or without search domains for short names), or ClusterFirst on the host's network; its settings name a Service of the cluster; and pods end or do not get ready.",
      silent:
        'While all pods are ready: node agents ask the DNS of their node on purpose. When the pods end for another reason that is known (memory, a signal, a program that cannot be run), and when a nameserver is NodeLocal DNSCache or a Service of the cluster.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy'],
    },
  },
  *analyze({ snapshot }) {
    for (const client of clients(snapshot)) {
      if (waitingPods(client).length === 0) continue;
      const found = problemOf(snapshot, client);
      if (found !== undefined) yield finding(client, found);
    }
  },
};

interface Found {
  readonly reference: ServiceReference;
  readonly problem: DnsProblem;
}

function problemOf(snapshot: Snapshot, client: Client): Found | undefined {
  for (const reference of referencesOf(snapshot, client)) {
    if (reference.exists !== 'present' && !reference.certain) continue;
    const problem = dnsProblem(snapshot, client.spec, reference);
    if (problem !== undefined) return { reference, problem };
  }
  return undefined;
}

function finding(client: Client, { reference, problem }: Found): Finding {
  const pods = waitingPods(client);
  const subject = client.ref;
  const [first] = pods;
  return {
    rule: podDnspolicyWrong.meta.id,
    subject,
    severity: 'critical',
    confidence: problem.confidence,
    ...optional('since', sinceOf(pods)),
    message: `The pods of ${inWords(subject)} cannot resolve the name of ${inWords(reference.service)}`,
    cause: `The pods of ${inWords(subject)} ${problem.words}, but ${referenceWords(reference)} needs ${reference.text}.`,
    detail: { field: problem.field, value: problem.value },
    evidence: [
      fromSpec(subject, `${client.specPath}.${problem.field}`, problem.value),
      referenceEvidence(client, reference),
      ...(first?.culprit === undefined ? [] : [fromContainer(first.ref, first.culprit)]),
    ],
    affects: sufferers([{ client, pods }]),
    fixes: [
      {
        summary: `Set dnsPolicy of ${inWords(subject)} to ${problem.meant}`,
        steps: [
          `Change ${client.specPath}.dnsPolicy to ${problem.meant}${client.spec.dnsConfig?.nameservers === undefined ? '' : ' and remove the nameservers of dnsConfig'}; ${counted(pods.length, 'pod')} ${pods.length === 1 ? 'fails' : 'fail'} now.`,
        ],
        commands:
          subject.kind === 'Pod'
            ? [kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml')]
            : [jsonPatch(subject, operations(client, problem))],
        effect: subject.kind === 'Pod' ? 'none' : 'change',
        where: 'cluster',
      },
    ],
    notes: ['What the program itself said is in its log; the objects show only that its names cannot resolve.'],
  };
}

function operations({ ref, spec }: Client, { meant }: DnsProblem): readonly PatchOperation[] {
  const at = podSpecPointer(ref);
  const policy: PatchOperation = { op: 'add', path: `${at}/dnsPolicy`, value: meant };
  return spec.dnsConfig?.nameservers === undefined
    ? [policy]
    : [policy, { op: 'remove', path: `${at}/dnsConfig/nameservers` }];
}
