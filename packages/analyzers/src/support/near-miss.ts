import {
  formatLabelSelector,
  labelValue,
  matchesLabelSelector,
  nearNames,
  podsMatching,
  type Blocker,
} from '@kroot/graph';
import {
  type LabelSelector,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type Pod,
  type Snapshot,
  type StringMap,
} from '@kroot/types';

/** The rules among which policies that refuse a needed connection are dealt out, by what is nearly right about them. */
export type FlowRule =
  | 'np-egress-blocks-dependency'
  | 'np-ingress-blocks-client'
  | 'np-namespace-label-missing'
  | 'np-peer-selector-matches-nothing'
  | 'np-wrong-port';

/** What a policy meant and does not say. */
export interface NearMiss {
  readonly rule: FlowRule;
  /** Says what is wrong, to end a sentence. */
  readonly words?: string;
}

type Peers = readonly NetworkPolicyPeer[];

/** The refused connection: the pod at the other end, and the port of the Service beside that of the pod. */
interface Refused {
  readonly other: Pod;
  readonly servicePort: number | undefined;
}

/** What a policy that refuses a connection nearly got right; the generic rule of the direction where nothing is near. */
export function nearMiss(
  snapshot: Snapshot,
  policy: NetworkPolicy,
  { direction, reason, rule: at = -1 }: Blocker,
  refused: Refused,
): NearMiss {
  const rules = (direction === 'Egress' ? policy.spec?.egress : policy.spec?.ingress) ?? [];
  const namespace = policy.metadata.namespace ?? '';
  const near =
    reason === 'peer' ? nearPeer(snapshot, rules, refused.other, namespace) : nearPort(reason, rules[at], refused);
  return near ?? { rule: direction === 'Egress' ? 'np-egress-blocks-dependency' : 'np-ingress-blocks-client' };
}

interface Rule {
  readonly from?: Peers;
  readonly to?: Peers;
  readonly ports?: NonNullable<NonNullable<NetworkPolicy['spec']>['ingress']>[number]['ports'];
}

function nearPort(reason: Blocker['reason'], rule: Rule | undefined, { servicePort }: Refused): NearMiss | undefined {
  const isService = reason === 'port' && rule?.ports?.some(({ port }) => port === servicePort) === true;
  return isService || reason === 'named-port' ? { rule: 'np-wrong-port' } : undefined;
}

function nearPeer(snapshot: Snapshot, rules: readonly Rule[], other: Pod, namespace: string): NearMiss | undefined {
  const peers = rules.flatMap(({ from, to }) => from ?? to ?? []);
  return lostNamespace(snapshot, peers, other) ?? lostPods(snapshot, peers, other, namespace);
}

/** A selector of namespaces that none has the labels for, though the other end's has them nearly, or its pods do. */
function lostNamespace(snapshot: Snapshot, peers: readonly NetworkPolicyPeer[], other: Pod): NearMiss | undefined {
  if (snapshot.coverage.state('Namespace') !== 'complete') return undefined;
  const namespaces = snapshot.list('Namespace');
  const own = namespaces.find(({ metadata }) => metadata.name === other.metadata.namespace)?.metadata.labels;
  const peer = peers.find(({ namespaceSelector, podSelector }) => {
    if (namespaceSelector === undefined) return false;
    if (namespaces.some(({ metadata }) => matchesLabelSelector(namespaceSelector, metadata.labels))) return false;
    return (
      matchesLabelSelector(namespaceSelector, other.metadata.labels) ||
      isNear(namespaceSelector, own) ||
      (podSelector !== undefined && matchesLabelSelector(podSelector, other.metadata.labels))
    );
  });
  if (peer === undefined) return undefined;
  const onPods = matchesLabelSelector(peer.namespaceSelector, other.metadata.labels);
  const where = onPods ? ', which only pods have' : '';
  const wanted = formatLabelSelector(peer.namespaceSelector);
  return {
    rule: 'np-namespace-label-missing',
    words: `no namespace has the labels ${wanted} that it asks for${where}`,
  };
}

/** A selector of pods that selects none of the policy's own namespace, though the other end has the labels nearly. */
function lostPods(
  snapshot: Snapshot,
  peers: readonly NetworkPolicyPeer[],
  other: Pod,
  namespace: string,
): NearMiss | undefined {
  if (snapshot.coverage.state('Pod', namespace) !== 'complete') return undefined;
  const peer = peers.find(
    ({ podSelector, namespaceSelector }) =>
      podSelector !== undefined &&
      namespaceSelector === undefined &&
      isNear(podSelector, other.metadata.labels) &&
      podsMatching(snapshot, namespace, podSelector).length === 0,
  );
  if (peer === undefined) return undefined;
  const wanted = formatLabelSelector(peer.podSelector);
  return {
    rule: 'np-peer-selector-matches-nothing',
    words: `no pod of namespace ${namespace} has the labels ${wanted} that it asks for`,
  };
}

/** Whether labels have every key that is asked for, and other values that look like those. */
function isNear({ matchLabels = {} }: LabelSelector, labels: StringMap | undefined): boolean {
  const wanted = Object.entries(matchLabels);
  return (
    wanted.length > 0 &&
    wanted.every(([key, value]) => {
      const actual = labelValue(labels, key);
      return actual !== undefined && (actual === value || nearNames(value, [actual]).length > 0);
    })
  );
}
