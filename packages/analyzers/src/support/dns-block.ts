import {
  blockHolds,
  clusterDns,
  egressAllowsPort,
  memoize,
  parseAddress,
  policiesSelecting,
  policyVerdict,
  type Blocker,
  type PodState,
  type Verdict,
} from '@kroot/graph';
import { compareStrings, type NetworkPolicy, type Pod, type PodSpec, type Snapshot } from '@kroot/types';
import { clients, waitingPods, type Client } from './clients.ts';
import { mostSpecific, nearestBlocker } from './policy-choice.ts';

/** NodeLocal DNSCache answers here, on the node itself. https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/ */
export const NODE_LOCAL_DNS = '169.254.20.10';
const MAX_DNS_PODS = 5;

/** Pods that no policy lets reach the cluster's DNS, under the policy that was made for them. */
export interface DnsBlock {
  readonly policy: NetworkPolicy;
  /** All policies that isolate the pods for egress. */
  readonly policies: readonly NetworkPolicy[];
  readonly blocked: readonly { readonly client: Client; readonly pods: readonly PodState[] }[];
  /** Why the nearest policy lets nothing through, in words of the verdict. */
  readonly detail: string;
  /** UDP, without which no name resolves; or TCP alone, without which long answers get lost. */
  readonly protocol: 'UDP' | 'TCP';
}

/** Whether a pod asks the cluster's DNS at all. */
export function usesClusterDns(snapshot: Snapshot, spec: PodSpec): boolean {
  const policy = spec.dnsPolicy ?? 'ClusterFirst';
  if (policy === 'None')
    return (spec.dnsConfig?.nameservers ?? []).some((address) => clusterDns(snapshot).addresses.includes(address));
  return policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && spec.hostNetwork !== true);
}

/** All of them, by policy: first those who cannot ask by UDP, then those who are held up and cannot ask by TCP. */
export const dnsBlocks: (snapshot: Snapshot) => readonly DnsBlock[] = memoize((snapshot) => {
  if (snapshot.list('NetworkPolicy').length === 0) return [];
  const deaf = blocksOf(snapshot, clients(snapshot), 'UDP');
  const known = new Set(deaf.flatMap(({ blocked }) => blocked.map(({ client }) => client)));
  const others = clients(snapshot).filter((client) => !known.has(client) && waitingPods(client).length > 0);
  return [...deaf, ...blocksOf(snapshot, others, 'TCP')];
});

function blocksOf(snapshot: Snapshot, asking: readonly Client[], protocol: DnsBlock['protocol']): readonly DnsBlock[] {
  const bySet = new Map<string, Blocker | undefined>();
  const found = new Map<
    NetworkPolicy,
    { policies: Set<NetworkPolicy>; blocked: DnsBlock['blocked'][number][]; detail: string }
  >();
  for (const client of asking) {
    const [first] = client.pods;
    if (first === undefined || !usesClusterDns(snapshot, first.pod.spec)) continue;
    const policies = policiesSelecting(snapshot, first.pod, 'Egress');
    const specific = mostSpecific(policies);
    if (specific === undefined) continue;
    const key = `${client.namespace}\n${policies.map(({ metadata }) => metadata.name).join('\n')}`;
    if (!bySet.has(key)) bySet.set(key, whyBlocked(snapshot, first.pod, policies, protocol));
    const blocker = bySet.get(key);
    if (blocker === undefined) continue;
    // The policy that lets UDP through is the one to let TCP through as well.
    const nearest = protocol === 'TCP' ? policies.find((each) => each.metadata.name === blocker.policy.name) : specific;
    const policy = nearest ?? specific;
    const known = found.get(policy) ?? { policies: new Set<NetworkPolicy>(), blocked: [], detail: blocker.detail };
    for (const each of policies) known.policies.add(each);
    known.blocked.push({ client, pods: client.pods });
    found.set(policy, known);
  }
  return [...found]
    .map(([policy, { policies, blocked, detail }]) => ({ policy, policies: [...policies], blocked, detail, protocol }))
    .toSorted((a, b) => compareStrings(nameOf(a.policy), nameOf(b.policy)));
}

function nameOf({ metadata }: NetworkPolicy): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Why no DNS can be reached by a protocol; undefined when some can be, or that cannot be told. */
function whyBlocked(
  snapshot: Snapshot,
  pod: Pod,
  policies: readonly NetworkPolicy[],
  protocol: DnsBlock['protocol'],
): Blocker | undefined {
  if (namesAddress(snapshot, policies)) return undefined;
  const verdicts = [...dnsVerdicts(snapshot, pod, protocol)];
  if (verdicts.length === 0 || verdicts.some(({ allowed }) => allowed !== 'no')) return undefined;
  // What a cluster-wide policy refuses is no fault of the NetworkPolicies.
  if (verdicts.some(({ blockedBy }) => blockedBy.some(({ reason }) => reason === 'denied'))) return undefined;
  const blockers = verdicts[0]?.blockedBy ?? [];
  return protocol === 'UDP'
    ? blockers[0]
    : nearestBlocker(
        snapshot,
        blockers.filter(({ direction }) => direction === 'Egress'),
      );
}

function* dnsVerdicts(snapshot: Snapshot, pod: Pod, protocol: DnsBlock['protocol']): Iterable<Verdict> {
  const dns = clusterDns(snapshot);
  if (dns.pods.includes(pod)) return;
  const ports = dns.ports.filter((each) => each.protocol === protocol).map(({ port }) => port);
  for (const port of ports) {
    if (dns.pods.length === 0) yield egressAllowsPort(snapshot, pod, port, protocol);
    for (const to of dns.pods.slice(0, MAX_DNS_PODS)) yield policyVerdict(snapshot, { from: pod, to, port, protocol });
  }
}

/**
 * Whether a rule names an address at which pods ask DNS: the cluster address of the Service, which some plugins see before
 * its translation, or NodeLocal DNSCache.
 */
function namesAddress(snapshot: Snapshot, policies: readonly NetworkPolicy[]): boolean {
  const addresses = [NODE_LOCAL_DNS, ...clusterDns(snapshot).addresses].flatMap((text) => parseAddress(text) ?? []);
  return policies.some(({ spec }) =>
    (spec?.egress ?? []).some(
      ({ to = [], ports = [] }) =>
        (ports.length === 0 ||
          ports.some(({ port }) => port === undefined || port === 53 || typeof port === 'string')) &&
        to.some(({ ipBlock }) => ipBlock !== undefined && addresses.some((address) => blockHolds(ipBlock, address))),
    ),
  );
}

const blockedClients = memoize(
  (snapshot: Snapshot) =>
    new Set(
      dnsBlocks(snapshot).flatMap(({ blocked, protocol }) =>
        protocol === 'UDP' ? blocked.map(({ client }) => client) : [],
      ),
    ),
);

/** Whether a client is among those that cannot reach DNS. */
export function isDnsBlocked(snapshot: Snapshot, client: Client): boolean {
  return blockedClients(snapshot).has(client);
}
