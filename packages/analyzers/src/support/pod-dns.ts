import { clusterDns, type ServiceReference } from '@kroot/graph';
import { CONFIDENCE, type PodSpec, type Snapshot } from '@kroot/types';
import { NODE_LOCAL_DNS } from './dns-block.ts';

/** Why a pod spec cannot resolve the name of a Service. */
export interface DnsProblem {
  /** Field below the pod spec, such as `dnsPolicy`. */
  readonly field: string;
  readonly value: string;
  /** What the pods do, as a clause after them. */
  readonly words: string;
  /** The dnsPolicy that is meant. */
  readonly meant: 'ClusterFirst' | 'ClusterFirstWithHostNet';
  readonly confidence: number;
}

/** What is wrong with a pod's DNS settings for a program that needs a name; undefined when nothing is, or nothing is known. */
export function dnsProblem(snapshot: Snapshot, spec: PodSpec, reference: ServiceReference): DnsProblem | undefined {
  const policy = spec.dnsPolicy ?? 'ClusterFirst';
  const meant = spec.hostNetwork === true ? 'ClusterFirstWithHostNet' : 'ClusterFirst';
  if (policy === 'Default') {
    const words = 'ask the DNS of their node, which does not know the Services of the cluster';
    return { field: 'dnsPolicy', value: 'Default', words, meant, confidence: CONFIDENCE.strong };
  }
  if (policy === 'ClusterFirst' && spec.hostNetwork === true) {
    const words = "are on the host's network, where dnsPolicy ClusterFirst falls back to the DNS of the node";
    return {
      field: 'dnsPolicy',
      value: 'ClusterFirst with hostNetwork: true',
      words,
      meant,
      confidence: CONFIDENCE.strong,
    };
  }
  return policy === 'None' ? ownServers(snapshot, spec, reference, meant) : undefined;
}

/** dnsPolicy None: only what dnsConfig says. */
function ownServers(
  snapshot: Snapshot,
  { dnsConfig }: PodSpec,
  reference: ServiceReference,
  meant: DnsProblem['meant'],
): DnsProblem | undefined {
  const servers = dnsConfig?.nameservers ?? [];
  const own = servers.filter((address) => address !== NODE_LOCAL_DNS);
  const { addresses } = clusterDns(snapshot);
  const common = { field: 'dnsConfig.nameservers', value: servers.join(', ') || 'none', meant };
  if (servers.length === 0)
    return { ...common, words: 'have dnsPolicy None and no nameserver at all', confidence: CONFIDENCE.proved };
  if (
    own.length === servers.length &&
    !own.some((address) => addresses.includes(address) || isServiceAddress(snapshot, address))
  ) {
    const known = addresses.length > 0;
    const words = known
      ? `have dnsPolicy None and ask only ${servers.join(', ')}, not the DNS of the cluster (${addresses.join(', ')})`
      : `have dnsPolicy None and ask only ${servers.join(', ')}, which is the address of no Service that is known`;
    return { ...common, words, confidence: known ? CONFIDENCE.proved : CONFIDENCE.strong };
  }
  const searches = dnsConfig?.searches ?? [];
  const isShort = !/\.svc(?:\.|:|\/|$)/.test(reference.text);
  if (searches.length > 0 || !isShort) return undefined;
  const words = 'have dnsPolicy None without search domains, so short names are not completed';
  return { ...common, field: 'dnsConfig.searches', value: 'none', words, confidence: CONFIDENCE.proved };
}

/** A DNS that somebody runs in the cluster beside the usual one may forward its names. */
function isServiceAddress(snapshot: Snapshot, address: string): boolean {
  return snapshot
    .list('Service')
    .some(({ spec }) => spec?.clusterIP === address || (spec?.clusterIPs ?? []).includes(address));
}
