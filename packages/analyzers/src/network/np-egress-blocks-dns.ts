import { clusterDns, formatLabelSelector, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Finding,
  type NetworkPolicy,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { readySince, sufferers, waitingPods } from '../support/clients.ts';
import { dnsBlocks, NODE_LOCAL_DNS, type DnsBlock } from '../support/dns-block.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlApply, kubectlName } from '../support/kubectl.ts';
import { startedAfter } from '../support/blocked-flows.ts';
import { optional } from '../support/optional.ts';
import { counted, listed } from '../support/words.ts';

/** Reports NetworkPolicies that keep pods from the cluster's DNS. */
export const npEgressBlocksDns: Analyzer = {
  meta: {
    id: 'np-egress-blocks-dns',
    title: 'NetworkPolicy keeps pods from DNS',
    role: 'fault',
    severity: 'critical',
    reads: [
      'NetworkPolicy',
      'Pod',
      'Namespace',
      'Service',
      'EndpointSlice',
      'Endpoints',
      'DaemonSet',
      'Deployment',
      'StatefulSet',
      'ReplicaSet',
    ],
    breaks: ['name-resolution', 'network', 'dependency'],
    docs: {
      means:
        'The pods are isolated for egress and no rule lets them ask the DNS of the cluster, so no name resolves for them.',
      decides:
        'The union of all egress rules that apply is evaluated against the DNS pods on their real port (53, or 5353 and the like after translation), against the address of NodeLocal DNSCache and the cluster address of DNS. Where DNS is not in the snapshot: no rule lets UDP port 53 through to anybody. Critical while such pods end or do not get ready, a warning when their state is not known or is older than the policy. Where UDP is let through and TCP is not: a warning of low confidence while pods are held up.',
      silent:
        "For pods on the host's network or with dnsPolicy Default, when other kinds of policies may decide or not all policies are known. Only a note (info) when the pods became ready under the policy: they seem to do without names.",
      falsePositives:
        'Network plugins that do not enforce policies; kroot evaluates the objects and cannot see the plugin at work.',
      references: [
        'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
        'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const block of dnsBlocks(snapshot))
      yield block.protocol === 'UDP' ? finding(snapshot, block) : udpAlone(snapshot, block);
  },
};

function finding(snapshot: Snapshot, block: DnsBlock): Finding {
  const { policy, policies, blocked, detail } = block;
  const subject = refOf(policy);
  const waiting = blocked
    .map(({ client }) => ({ client, pods: waitingPods(client).filter((pod) => startedAfter(pod, policy)) }))
    .filter(({ pods }) => pods.length > 0);
  const pods = blocked.flatMap((each) => each.pods);
  const owners = listed(blocked.map(({ client }) => inWords(client.ref)));
  const dns = clusterDns(snapshot);
  const where = dns.services.length === 0 ? 'port 53' : listed(dns.services.map((service) => inWords(refOf(service))));
  const others = policies.filter((each) => each !== policy).map(({ metadata }) => metadata.name);
  return {
    rule: npEgressBlocksDns.meta.id,
    subject,
    severity: severityOf(policy, block, waiting.length > 0),
    confidence: waiting.length > 0 ? CONFIDENCE.proved : CONFIDENCE.strong,
    ...optional('since', policy.metadata.creationTimestamp),
    message: `${inWords(subject)} keeps ${counted(pods.length, 'pod')} of ${owners} from DNS`,
    cause: `The pods of ${owners} are isolated for egress by ${inWords(subject)}, and no rule lets UDP through to ${where}: ${detail}.`,
    evidence: [
      fromSpec(subject, 'spec.podSelector', formatLabelSelector(policy.spec?.podSelector)),
      fromSpec(subject, 'spec.egress', egressWords(policy)),
      computed(subject, `${where}: not reachable by UDP for ${counted(pods.length, 'pod')}`),
    ],
    ...(waiting.length === 0 ? {} : { affects: sufferers(waiting) }),
    fixes: [
      {
        summary: `Let the pods of namespace ${subject.namespace ?? ''} that ${inWords(subject)} isolates ask DNS`,
        steps: [
          'Policies add up: one more that allows UDP and TCP to the DNS pods is enough, and the others stay as they are.',
        ],
        commands: [kubectlApply(allowDns(snapshot, policy))],
        effect: 'change',
        where: 'cluster',
      },
      {
        summary: `Look at ${inWords(subject)}`,
        steps: ['See who made it, and whether its egress rules should have had DNS in them.'],
        commands: [kubectl(subject.namespace, 'describe', kubectlName(subject))],
        effect: 'none',
        where: 'cluster',
      },
    ],
    notes: [
      ...(others.length === 0
        ? []
        : [
            `${listed(others)} ${others.length === 1 ? 'selects' : 'select'} pods of these, too, and ${others.length === 1 ? 'does' : 'do'} not allow it either.`,
          ]),
      ...(dns.pods.length === 0
        ? ['The DNS of the cluster is not in the snapshot: no rule lets port 53 through to anybody.']
        : []),
      'This follows from the objects; whether the network plugin enforces policies is not visible in them.',
    ],
  };
}

/** Names resolve, but an answer that does not fit into a UDP packet is asked for again by TCP. */
function udpAlone(snapshot: Snapshot, block: DnsBlock): Finding {
  const whole = finding(snapshot, block);
  const { policy, blocked, detail } = block;
  const owners = listed(blocked.map(({ client }) => inWords(client.ref)));
  const { affects: _affects, ...rest } = whole;
  return {
    ...rest,
    discriminator: 'TCP',
    severity: 'warning',
    confidence: CONFIDENCE.heuristic,
    message: `${inWords(whole.subject)} lets ${owners} ask DNS by UDP alone`,
    cause: `The pods of ${owners} are held up, and no rule lets TCP through to DNS: ${detail}; names with answers that are too large for UDP do not resolve for them.`,
    evidence: [
      fromSpec(whole.subject, 'spec.podSelector', formatLabelSelector(policy.spec?.podSelector)),
      fromSpec(whole.subject, 'spec.egress', egressWords(policy)),
    ],
  };
}

/** Pods that got ready under the policy do without names; those that were ready before may fail at their next query. */
function severityOf(policy: NetworkPolicy, { blocked }: DnsBlock, waits: boolean): Severity {
  if (waits) return 'critical';
  const created = timeOf(policy.metadata.creationTimestamp);
  const fine = blocked.every(({ pods }) =>
    pods.every((pod) => {
      const since = readySince(pod);
      return since !== undefined && (created === undefined || since >= created);
    }),
  );
  return fine ? 'info' : 'warning';
}

function egressWords({ spec }: NetworkPolicy): string {
  const rules = spec?.egress ?? [];
  return rules.length === 0 ? 'no rules' : JSON.stringify(rules).slice(0, 300);
}

/** A policy for the same pods that allows DNS. JSON is YAML. */
function allowDns(snapshot: Snapshot, { metadata, spec }: NetworkPolicy): string {
  const dns = clusterDns(snapshot);
  const [service] = dns.services;
  const namespace = service?.metadata.namespace ?? 'kube-system';
  const matchLabels = service?.spec?.selector ?? { 'k8s-app': 'kube-dns' };
  const to = [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector: { matchLabels } },
    ...(dns.nodeLocal === 'present' ? [{ ipBlock: { cidr: `${NODE_LOCAL_DNS}/32` } }] : []),
  ];
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `${metadata.name.slice(0, 240)}-allow-dns`, namespace: metadata.namespace },
    spec: { podSelector: spec?.podSelector ?? {}, policyTypes: ['Egress'], egress: [{ to, ports: dns.ports }] },
  };
  return `${JSON.stringify(policy, null, 2)}\n`;
}
