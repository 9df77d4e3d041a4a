import { formatLabelSelector } from '../selectors.ts';
import { type NamespaceChoice, type Peer, type PodChoice } from './policy-model.ts';

/** Says whom a rule names. */
export function formatPeers(peers: readonly Peer[] | undefined): string {
  return peers === undefined ? 'everybody' : peers.map((peer) => formatPeer(peer)).join(' or ');
}

/** Says which pods a policy is about. */
export function formatPods({ namespaces, pods }: PodChoice): string {
  const labels = pods === undefined ? '<everything>' : formatLabelSelector(pods);
  const which = labels === '<everything>' ? 'every pod' : `pods ${labels}`;
  return `${which} ${formatNamespaces(namespaces)}`;
}

function formatPeer(peer: Peer): string {
  switch (peer.type) {
    case 'pods':
      return formatPods(peer);
    case 'block': {
      const { cidr, except = [] } = peer.block;
      return except.length === 0 ? `addresses ${cidr}` : `addresses ${cidr} except ${except.join(', ')}`;
    }
    case 'nodes': {
      const labels = formatLabelSelector(peer.selector);
      return labels === '<everything>' ? 'every node' : `nodes ${labels}`;
    }
    case 'domains':
      return `addresses of ${peer.names.join(', ')}`;
    case 'nobody':
    case 'everybody':
      return peer.type;
    default:
      return peer satisfies never;
  }
}

function formatNamespaces(choice: NamespaceChoice): string {
  switch (choice.type) {
    case 'named':
      return `in namespace ${choice.name}`;
    case 'labelled': {
      const labels = formatLabelSelector(choice.selector);
      return labels === '<everything>' ? 'in every namespace' : `in namespaces ${labels}`;
    }
    case 'same':
      return `in namespaces with the same ${choice.keys.join(', ')}`;
    case 'different':
      return `in namespaces with another ${choice.keys.join(', ')}`;
    default:
      return choice satisfies never;
  }
}
