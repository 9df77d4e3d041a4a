import { type LabelSelector, type Pod } from '@kroot/types';
import { podAddresses } from '../pods-by-label.ts';
import { matchesLabelSelector } from '../selectors.ts';
import { addressesOf, type End } from './ends.ts';
import { blockHolds, blockHoldsOutside, blockHoldsPrivate } from './ip-block.ts';
import { type NamespaceLabels, namespaceMatch } from './namespace-labels.ts';
import { nodeMatch, type NodeFacts } from './node-peers.ts';
import { cannotTell, MATCH, NO_MATCH, type PeerMatch } from './peer-match.ts';
import { type Peer, type PodChoice, type Tier } from './policy-model.ts';
import { type Direction } from './verdict.ts';

/** What a match needs to know besides the two ends. */
export interface PeerContext {
  readonly direction: Direction;
  readonly namespaceOf: (name: string) => NamespaceLabels;
  /** The namespace of the pod whose policies are asked. */
  readonly own: NamespaceLabels | undefined;
  readonly nodes: NodeFacts;
  readonly blocks: BlockSense;
}

/** How to take blocks of addresses for pods. */
export interface BlockSense {
  /** Pods without an address get one for private use, as in files that were written before there were pods. */
  readonly privatePods: boolean;
  /** The network plugin is known to hold ipBlocks against addresses outside the cluster only. */
  readonly outsideOnly: boolean;
}

/** Whether one peer of a rule is the other end. */
export function peerMatch(peer: Peer, end: End, context: PeerContext): PeerMatch {
  if (end.type === 'untold') return cannotTell(() => end.text);
  if (end.type === 'anybody') return peer.type === 'nobody' ? NO_MATCH : MATCH;
  switch (peer.type) {
    case 'pods':
      return podPeerMatch(peer, end, context);
    case 'block':
      return peer.tier === 'namespace'
        ? ipBlockMatch(peer.block, end, context)
        : networkMatch(peer.block, end, context.blocks);
    case 'nodes':
      return nodeMatch(peer.selector, end, context.nodes);
    case 'domains':
      return end.type === 'address' || end.type === 'outside'
        ? cannotTell((text) => `which addresses ${peer.names.join(', ')} stand for is not known, ${text} may be one`)
        : NO_MATCH;
    case 'nobody':
      return NO_MATCH;
    case 'everybody':
      return MATCH;
    default:
      return peer satisfies never;
  }
}

type OtherEnd = Exclude<End, { readonly type: 'untold' | 'anybody' }>;
type Block = Extract<Peer, { readonly type: 'block' }>['block'];

/** An ipBlock of a NetworkPolicy. */
function ipBlockMatch(block: Block, end: OtherEnd, { direction, blocks }: PeerContext): PeerMatch {
  switch (end.type) {
    case 'pod': {
      if (blocks.outsideOnly) return NO_MATCH;
      const addresses = addressesOf(podAddresses(end.pod));
      if (addresses.length === 0 && cannotHold(block, blocks)) return NO_MATCH;
      if (addresses.length === 0) return cannotTell((text) => `${text} has no address yet, and an ipBlock may hold it`);
      // "These should be cluster-external IPs": whether a block selects pods is left to the network plugin, and they differ.
      // https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
      return addresses.some((address) => blockHolds(block, address))
        ? cannotTell(
            (text) =>
              `ipBlock ${block.cidr} holds the address of ${text}, but network plugins differ on ipBlocks for pods`,
          )
        : NO_MATCH;
    }
    case 'host': {
      // Some plugins never match a node by ipBlock; and what a node sends may bear another of its addresses (tunnels).
      const holds = end.addresses.length === 0 || end.addresses.some((address) => blockHolds(block, address));
      return holds || (direction === 'Ingress' && blockHoldsOutside(block) !== 'no')
        ? cannotTell((text) => `${text} has a node's address, and network plugins differ on ipBlocks for nodes`)
        : NO_MATCH;
    }
    case 'address':
      return blockHolds(block, end.address) ? MATCH : NO_MATCH;
    case 'outside':
      return outsideMatch(block);
    default:
      return end satisfies never;
  }
}

/**
 * A network of a cluster-wide policy: unlike an ipBlock it is for pods and nodes too ("cluster-internal traffic will be checked
 * against the rule as well", ClusterNetworkPolicyEgressPeer.networks).
 */
function networkMatch(block: Block, end: OtherEnd, blocks: BlockSense): PeerMatch {
  if (end.type === 'outside') return outsideMatch(block);
  const addresses =
    end.type === 'address' ? [end.address] : end.type === 'host' ? end.addresses : addressesOf(podAddresses(end.pod));
  if (addresses.length === 0 && end.type === 'pod' && cannotHold(block, blocks)) return NO_MATCH;
  if (addresses.length === 0)
    return cannotTell((text) => `${text} has no address that is known, and ${block.cidr} may hold it`);
  return addresses.some((address) => blockHolds(block, address)) ? MATCH : NO_MATCH;
}

function cannotHold(block: Block, { privatePods }: BlockSense): boolean {
  return privatePods && !blockHoldsPrivate(block);
}

function outsideMatch(block: Block): PeerMatch {
  const answer = blockHoldsOutside(block);
  return answer === 'unknown'
    ? cannotTell(() => `ipBlock ${block.cidr} holds some addresses outside the cluster, not all`)
    : { answer };
}

function podPeerMatch(peer: PodChoice & { readonly tier: Tier }, end: OtherEnd, context: PeerContext): PeerMatch {
  if (end.type === 'pod') return podMatch(peer, end.pod, context);
  // "host-networked pods are not included in this type of peer" of cluster-wide policies.
  if (end.type !== 'host' || peer.tier !== 'namespace') return NO_MATCH;
  // OpenShift lets a namespaceSelector with an empty podSelector stand for host network traffic.
  const mayMean = peer.namespaces.type === 'labelled' && selectsAll(peer.pods);
  const matches = end.pod !== undefined && podMatch(peer, end.pod, context).answer !== 'no';
  return mayMean || matches
    ? cannotTell((text) => `${text} is on the host's network, and network plugins differ on selectors for it`)
    : NO_MATCH;
}

/** Whether a choice of pods holds one. */
export function podMatch(
  { namespaces, pods }: PodChoice,
  { metadata }: Pod,
  { namespaceOf, own }: Pick<PeerContext, 'namespaceOf' | 'own'>,
): PeerMatch {
  if (pods !== undefined && !matchesLabelSelector(pods, metadata.labels)) return NO_MATCH;
  return namespaceMatch(namespaces, namespaceOf(metadata.namespace ?? ''), own);
}

function selectsAll(selector: LabelSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
}
