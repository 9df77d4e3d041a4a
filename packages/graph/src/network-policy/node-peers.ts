import { type LabelSelector, type Node, type Snapshot } from '@kroot/types';
import { matchesLabelSelector } from '../selectors.ts';
import { type Address } from './ip.ts';
import { addressesOf, type End } from './ends.ts';
import { cannotTell, NO_MATCH, type PeerMatch } from './peer-match.ts';

/** The nodes by name and address, and whether there can be others. */
export interface NodeFacts {
  readonly byName: ReadonlyMap<string, Node>;
  readonly byAddress: ReadonlyMap<bigint, Node>;
  readonly addresses: readonly Address[];
  readonly complete: boolean;
}

/** What is known of the nodes. */
export function nodeFacts(snapshot: Snapshot, closedWorld: boolean): NodeFacts {
  const byName = new Map<string, Node>();
  const byAddress = new Map<bigint, Node>();
  const addresses: Address[] = [];
  for (const node of snapshot.list('Node')) {
    byName.set(node.metadata.name, node);
    for (const address of addressesOf((node.status?.addresses ?? []).map((each) => each.address))) {
      byAddress.set(address.value, node);
      addresses.push(address);
    }
  }
  return { byName, byAddress, addresses, complete: closedWorld || snapshot.coverage.state('Node') === 'complete' };
}

/** Whether an end is a node that the selector selects, or runs on the network of one. */
export function nodeMatch(selector: LabelSelector, end: End, { byName, byAddress, complete }: NodeFacts): PeerMatch {
  if (end.type === 'pod') return NO_MATCH;
  if (end.type === 'host') {
    const node =
      byName.get(end.pod?.spec.nodeName ?? '') ?? end.addresses.map(({ value }) => byAddress.get(value)).find(Boolean);
    return node === undefined
      ? cannotTell((text) => `the labels of the node of ${text} are not known`)
      : { answer: matchesLabelSelector(selector, node.metadata.labels) ? 'yes' : 'no' };
  }
  return complete || end.type === 'outside'
    ? NO_MATCH
    : cannotTell((text) => `${text} may be a node that is not known`);
}
