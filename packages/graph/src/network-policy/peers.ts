import { type LabelSelector, type NetworkPolicyPeer, type Pod, type Snapshot } from '@kroot/types';
import { podAddresses } from '../pods-by-label.ts';
import { matchesLabelSelector, matchesLabels, matchesRequirement } from '../selectors.ts';
import { addressesOf, type End } from './ends.ts';
import { blockHolds, blockHoldsOutside } from './ip-block.ts';
import { type Answer, type Direction } from './verdict.ts';

/** Whether a peer of a rule is the other end, and why that cannot be told. */
export interface PeerMatch {
  readonly answer: Answer;
  readonly reason?: string;
}

const MATCH: PeerMatch = { answer: 'yes' };
const NO_MATCH: PeerMatch = { answer: 'no' };
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** The peers of a rule of a policy in `namespace`. */
export interface RulePeers {
  readonly namespace: string;
  readonly direction: Direction;
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
}

/** Whether any peer of a rule is the other end. No peers at all means everybody. */
export function peersMatch(snapshot: Snapshot, { namespace, direction, peers }: RulePeers, end: End): PeerMatch {
  if (peers === undefined || peers.length === 0) return MATCH;
  let best = NO_MATCH;
  for (const peer of peers) {
    const match =
      peer.ipBlock === undefined
        ? selectorsMatch(snapshot, namespace, peer, end)
        : blockMatches(peer.ipBlock, direction, end);
    if (match.answer === 'yes') return match;
    if (match.answer === 'unknown' && best.answer === 'no') best = match;
  }
  return best;
}

function blockMatches(block: NonNullable<NetworkPolicyPeer['ipBlock']>, direction: Direction, end: End): PeerMatch {
  switch (end.type) {
    case 'pod': {
      const addresses = addressesOf(podAddresses(end.pod));
      if (addresses.length === 0) return cannotTell(`${end.text} has no address yet, and an ipBlock may hold it`);
      // "These should be cluster-external IPs": whether a block selects pods is left to the network plugin, and they differ.
      // https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
      return addresses.some((address) => blockHolds(block, address))
        ? cannotTell(
            `ipBlock ${block.cidr} holds the address of ${end.text}, but network plugins differ on ipBlocks for pods`,
          )
        : NO_MATCH;
    }
    case 'host': {
      // Some plugins never match a node by ipBlock; and what a node sends may bear another of its addresses (tunnels).
      const holds = end.addresses.length === 0 || end.addresses.some((address) => blockHolds(block, address));
      return holds || (direction === 'Ingress' && blockHoldsOutside(block) !== 'no')
        ? cannotTell(`${end.text} has a node's address, and network plugins differ on ipBlocks for nodes`)
        : NO_MATCH;
    }
    case 'address':
      return blockHolds(block, end.address) ? MATCH : NO_MATCH;
    case 'outside': {
      const answer = blockHoldsOutside(block);
      return answer === 'unknown'
        ? cannotTell(`ipBlock ${block.cidr} holds some addresses outside the cluster, not all`)
        : { answer };
    }
    case 'untold':
      return cannotTell(end.text);
    default:
      return end satisfies never;
  }
}

function selectorsMatch(snapshot: Snapshot, policyNamespace: string, peer: NetworkPolicyPeer, end: End): PeerMatch {
  const { podSelector, namespaceSelector } = peer;
  // The API rejects a peer without any of the three; it names nobody.
  if (podSelector === undefined && namespaceSelector === undefined) return NO_MATCH;
  if (end.type === 'pod') return podMatches(snapshot, policyNamespace, peer, end.pod);
  if (end.type !== 'host') return NO_MATCH;
  // OpenShift lets a namespaceSelector with an empty podSelector stand for host network traffic.
  const mayMean = namespaceSelector !== undefined && isEmpty(podSelector);
  const matches = end.pod !== undefined && podMatches(snapshot, policyNamespace, peer, end.pod).answer !== 'no';
  return mayMean || matches
    ? cannotTell(`${end.text} is on the host's network, and network plugins differ on selectors for it`)
    : NO_MATCH;
}

function podMatches(
  snapshot: Snapshot,
  policyNamespace: string,
  { podSelector, namespaceSelector }: NetworkPolicyPeer,
  { metadata }: Pod,
): PeerMatch {
  if (podSelector !== undefined && !matchesLabelSelector(podSelector, metadata.labels)) return NO_MATCH;
  return namespaceMatches(snapshot, policyNamespace, namespaceSelector, metadata.namespace ?? '');
}

function isEmpty(selector: LabelSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
}

/** Without a namespaceSelector the policy's own namespace is meant; an empty one means every namespace. */
function namespaceMatches(
  snapshot: Snapshot,
  policyNamespace: string,
  selector: LabelSelector | undefined,
  namespace: string,
): PeerMatch {
  if (selector === undefined) return { answer: namespace === policyNamespace ? 'yes' : 'no' };
  // The API server sets this label on every Namespace.
  const named = { [NAMESPACE_NAME]: namespace };
  const found = snapshot.lookup({ group: '', kind: 'Namespace', name: namespace });
  if (found.state === 'present') {
    const labels = { ...found.object.metadata.labels, ...named };
    return { answer: matchesLabelSelector(selector, labels) ? 'yes' : 'no' };
  }
  const byName = { ...selector, matchLabels: onlyName(selector), matchExpressions: onlyNameExpressions(selector) };
  if (!matchesLabels(byName.matchLabels, named)) return NO_MATCH;
  if (!byName.matchExpressions.every((requirement) => matchesRequirement(requirement, named))) return NO_MATCH;
  const asked = [
    ...Object.keys(selector.matchLabels ?? {}),
    ...(selector.matchExpressions ?? []).map(({ key }) => key),
  ];
  if (asked.every((key) => key === NAMESPACE_NAME)) return MATCH;
  return cannotTell(`the labels of Namespace/${namespace} are not known`);
}

function onlyName(selector: LabelSelector): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(selector.matchLabels ?? {}).filter(([key]) => key === NAMESPACE_NAME));
}

function onlyNameExpressions(selector: LabelSelector): NonNullable<LabelSelector['matchExpressions']> {
  return (selector.matchExpressions ?? []).filter(({ key }) => key === NAMESPACE_NAME);
}

function cannotTell(reason: string): PeerMatch {
  return { answer: 'unknown', reason };
}
