import {
  blockHolds,
  formatLabelSelector,
  labelValue,
  matchesLabelSelector,
  nearNames,
  parseAddress,
  podsMatching,
  type Blocker,
} from '@kroot/graph';
import {
  type LabelSelector,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type Pod,
  type Service,
  type Snapshot,
  type StringMap,
} from '@kroot/types';
import { isPodBackend, type Backend } from './blocked-flows.ts';

/** The rules among which policies that refuse a needed connection are dealt out, by what is nearly right about them. */
export type FlowRule =
  | 'np-and-or-confusion'
  | 'np-egress-blocks-dependency'
  | 'np-ingress-blocks-client'
  | 'np-ipblock-cluster-ip'
  | 'np-namespace-label-missing'
  | 'np-peer-selector-matches-nothing'
  | 'np-wrong-port';

/** What a policy meant and does not say. */
export interface NearMiss {
  readonly rule: FlowRule;
  /** Says what is wrong, to end a sentence. */
  readonly words?: string;
  /** Some network plugins let the connection through all the same. */
  readonly left?: true;
}

type Peers = readonly NetworkPolicyPeer[];

/** The refused connection: who is at the other end, the Service, and its port beside that of the pod. */
interface Refused {
  readonly other: Backend;
  readonly servicePort: number | undefined;
  readonly service: Service;
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
  const near = reason === 'peer' ? nearPeer(snapshot, rules, refused, namespace) : nearPort(reason, rules[at], refused);
  return near ?? { rule: direction === 'Egress' ? 'np-egress-blocks-dependency' : 'np-ingress-blocks-client' };
}

interface Rule {
  readonly from?: Peers;
  readonly to?: Peers;
  readonly ports?: NonNullable<NonNullable<NetworkPolicy['spec']>['ingress']>[number]['ports'];
}

function nearPort(
  reason: Blocker['reason'],
  rule: Rule | undefined,
  { servicePort, other }: Refused,
): NearMiss | undefined {
  // Behind a Service without pods, as that of the API server, no pod has a port.
  if (!isPodBackend(other)) return undefined;
  const isService = reason === 'port' && rule?.ports?.some(({ port }) => port === servicePort) === true;
  return isService || reason === 'named-port' ? { rule: 'np-wrong-port' } : undefined;
}

function nearPeer(
  snapshot: Snapshot,
  rules: readonly Rule[],
  { other, service }: Refused,
  namespace: string,
): NearMiss | undefined {
  const peers = rules.flatMap(({ from, to }) => from ?? to ?? []);
  const toCluster = rules.flatMap(({ to }) => to ?? []);
  const pods = isPodBackend(other)
    ? (lostNamespace(snapshot, peers, other) ??
      lostPods(snapshot, peers, other, namespace) ??
      lostAnd(snapshot, peers, other, namespace))
    : undefined;
  return pods ?? clusterAddress(toCluster, service);
}

/** A block that holds the address of the Service: most plugins ask policies after its translation to the pods. */
function clusterAddress(peers: Peers, { spec }: Service): NearMiss | undefined {
  const addresses = (spec?.clusterIPs ?? []).concat(spec?.clusterIP ?? '').flatMap((text) => parseAddress(text) ?? []);
  const peer = peers.find(
    ({ ipBlock }) => ipBlock !== undefined && addresses.some((address) => blockHolds(ipBlock, address)),
  );
  if (peer?.ipBlock === undefined) return undefined;
  const words = `ipBlock ${peer.ipBlock.cidr} holds ${spec?.clusterIP ?? ''}, the address of the Service, and not those behind it, which most network plugins ask for`;
  return { rule: 'np-ipblock-cluster-ip', words, left: true };
}

/** One entry with two selectors, which no pod fits together, while the other end fits one of them: two entries were meant. */
function lostAnd(snapshot: Snapshot, peers: Peers, other: Pod, namespace: string): NearMiss | undefined {
  if (snapshot.coverage.state('Pod') !== 'complete' || snapshot.coverage.state('Namespace') !== 'complete')
    return undefined;
  const labels = new Map(snapshot.list('Namespace').map(({ metadata }) => [metadata.name, metadata.labels]));
  const peer = peers.find(({ namespaceSelector, podSelector }) => {
    if (namespaceSelector === undefined || podSelector === undefined) return false;
    const inNamespace = ({ metadata }: Pod): boolean =>
      matchesLabelSelector(namespaceSelector, labels.get(metadata.namespace ?? ''));
    const isPod = ({ metadata }: Pod): boolean => matchesLabelSelector(podSelector, metadata.labels);
    if (snapshot.list('Pod').some((pod) => inNamespace(pod) && isPod(pod))) return false;
    // Alone, podSelector speaks of the policy's own namespace.
    const byPods = isPod(other) && other.metadata.namespace === namespace;
    return byPods || (inNamespace(other) && snapshot.list('Pod', namespace).some((pod) => isPod(pod)));
  });
  if (peer === undefined) return undefined;
  const words = `one entry asks for namespaces with ${formatLabelSelector(peer.namespaceSelector)} and in them pods with ${formatLabelSelector(peer.podSelector)}, which there are none; two entries would mean either`;
  return { rule: 'np-and-or-confusion', words };
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
