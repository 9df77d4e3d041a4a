import { type NetworkPolicy, type Pod, type Snapshot } from '@kroot/types';
import { groupBy } from '../group-by.ts';
import { memoize } from '../memo.ts';
import { adminPolicyModels } from './admin-policy-model.ts';
import { ALLOW_ALL, decide, type Deciders, type Decision, type RuleMatch } from './decision.ts';
import { type End } from './ends.ts';
import { ipBlocksAreOutside } from './enforcement.ts';
import { type NamespaceLabels, namespaceLabels } from './namespace-labels.ts';
import { networkPolicyModel } from './network-policy-model.ts';
import { nodeFacts, type NodeFacts } from './node-peers.ts';
import { NO_MATCH, type PeerMatch } from './peer-match.ts';
import { type BlockSense, peerMatch, podMatch } from './peers.ts';
import { podClasses, type PodClass, type PodClasses } from './pod-classes.ts';
import { policyCandidates, type PolicyCandidates } from './policy-candidates.ts';
import { type Peer, type PolicyModel, type Rule } from './policy-model.ts';
import { rulePorts } from './rule-ports.ts';
import { type Direction } from './verdict.ts';

/** A policy that is, or may be, about the pods of a class. */
interface AppliedPolicy {
  readonly policy: PolicyModel;
  /** Never no. */
  readonly selects: PeerMatch;
  readonly rules: readonly AppliedRule[];
}

interface AppliedRule {
  readonly rule: Rule;
  readonly peers: readonly { readonly peer: Peer; readonly id: number }[] | undefined;
}

interface Selecting {
  readonly policy: PolicyModel;
  readonly selects: PeerMatch;
  readonly rules: readonly Rule[];
}

/** The policies of one direction for the pods that they select alike. */
export interface AppliedPolicies {
  readonly policies: readonly AppliedPolicy[];
  readonly isolated: boolean;
  readonly gap: string | undefined;
  /** The namespace of these pods. */
  readonly own: NamespaceLabels;
  /** By the other end and the ports of the destination. */
  readonly decisions: Map<number | string, Decision>;
}

/** How much was done: the same on every machine. */
export interface PolicyWork {
  classes: number;
  /** Policies asked whether they select a class of pods. */
  selections: number;
  /** Peers held against an end. */
  peers: number;
  /** Sets of policies that select the same pods. */
  sets: number;
  /** Sets of policies held against an end. */
  decisions: number;
}

/**
 * Evaluates the policies of a snapshot, by classes of pods that are alike to them and only where it is asked: what has been
 * found out for a class or a set of policies is never computed again.
 */
export class PolicyEngine {
  readonly work: PolicyWork = { classes: 0, selections: 0, peers: 0, sets: 0, decisions: 0 };
  readonly nodes: NodeFacts;
  readonly #snapshot: Snapshot;
  readonly #closedWorld: boolean;
  readonly #classes: PodClasses;
  readonly #blocks: BlockSense;
  readonly #admin: readonly PolicyModel[];
  readonly #baseline: readonly PolicyModel[];
  readonly #byNamespace: ReadonlyMap<string, PolicyCandidates>;
  readonly #numbers: ReadonlyMap<PolicyModel, number>;
  readonly #namespaces = new Map<string, NamespaceLabels>();
  readonly #sets = new Map<string, AppliedPolicies>();
  readonly #ofClass = { Ingress: new Map<number, AppliedPolicies>(), Egress: new Map<number, AppliedPolicies>() };
  readonly #peerIds = new Map<string, number>();
  readonly #peerIdOf = new WeakMap<Peer, number>();
  readonly #matches = new Map<number, Map<string, PeerMatch>>();

  constructor(snapshot: Snapshot, closedWorld: boolean) {
    this.#snapshot = snapshot;
    this.#closedWorld = closedWorld;
    this.#admin = adminPolicyModels(snapshot, 'admin');
    this.#baseline = adminPolicyModels(snapshot, 'baseline');
    const own = snapshot.list('NetworkPolicy').map((policy) => networkPolicyModel(policy));
    const groups = groupBy(own, ({ ref }) => ref.namespace ?? '');
    this.#byNamespace = new Map([...groups].map(([name, policies]) => [name, policyCandidates(policies)]));
    this.#numbers = new Map([...this.#admin, ...own, ...this.#baseline].map((policy, at) => [policy, at]));
    this.#blocks = { privatePods: closedWorld, outsideOnly: ipBlocksAreOutside(snapshot) };
    this.nodes = nodeFacts(snapshot, closedWorld);
    this.#classes = podClasses([...this.#admin, ...own, ...this.#baseline], this.nodes.addresses);
  }

  /** The address space as policies cut it. */
  get cells(): PodClasses['cells'] {
    return this.#classes.cells;
  }

  classOf(pod: Pod): PodClass {
    const found = this.#classes.classOf(pod);
    this.work.classes = this.#classes.count;
    return found;
  }

  /** The policies that are about the pods of a class, in the order in which they are asked. */
  applied(podClass: PodClass, direction: Direction): AppliedPolicies {
    const known = this.#ofClass[direction].get(podClass.id);
    if (known !== undefined) return known;
    const own = this.#namespaceOf(podClass.namespace);
    const inNamespace = this.#byNamespace.get(podClass.namespace)?.(podClass.pod.metadata.labels) ?? [];
    const found: Selecting[] = [];
    // Equal sets of policies are one set: whether each is about the pods for certain belongs to it.
    let key = `${direction} ${own.name}`;
    for (const policies of [this.#admin, inNamespace, this.#baseline]) {
      for (const policy of policies) {
        const rules = policy.rules[direction];
        if (rules === undefined) continue;
        this.work.selections += 1;
        const selects = podMatch(policy.subject, podClass.pod, { own, namespaceOf: this.#namespaceOf });
        if (selects.answer === 'no') continue;
        found.push({ policy, selects, rules });
        key += ` ${this.#numbers.get(policy) ?? ''}${selects.answer === 'yes' ? '' : '?'}`;
      }
    }
    const set = this.#sets.get(key) ?? this.#setOf(found, own);
    this.#sets.set(key, set);
    this.work.sets = this.#sets.size;
    this.#ofClass[direction].set(podClass.id, set);
    return set;
  }

  /**
   * What becomes of connections between a pod and another end, as far as the policies of that pod decide, by port. Who has the
   * deciders already can give them.
   */
  decision(direction: Direction, self: End, other: End, deciders?: Deciders): Decision {
    if (self.type !== 'pod') return ALLOW_ALL;
    const set = this.applied(this.classOf(self.pod), direction);
    if (set.policies.length === 0 && set.gap === undefined) return ALLOW_ALL;
    const destination = direction === 'Ingress' ? self : other;
    const key = this.#decisionKey(other, destination);
    const known = set.decisions.get(key);
    if (known !== undefined) return known;
    const made = decide(deciders ?? this.deciders(direction, self, other));
    this.work.decisions += 1;
    set.decisions.set(key, made);
    return made;
  }

  /** How each rule of the policies of a pod looks at a connection. */
  deciders(direction: Direction, self: End & { readonly type: 'pod' }, other: End): Deciders {
    const { policies, isolated, gap, own } = this.applied(this.classOf(self.pod), direction);
    const destination = direction === 'Ingress' ? self : other;
    const matches: RuleMatch[] = [];
    for (const { policy, selects, rules } of policies) {
      for (const { rule, peers } of rules) {
        const peer = doubtful(selects, this.#anyPeer(peers, other, direction, own));
        matches.push({ policy, rule, peer, ports: rulePorts(rule.ports, destination) });
      }
    }
    return { matches, isolated, gap };
  }

  readonly #namespaceOf = (name: string): NamespaceLabels => {
    const known = this.#namespaces.get(name);
    if (known !== undefined) return known;
    const made = namespaceLabels(this.#snapshot, name, this.#closedWorld);
    this.#namespaces.set(name, made);
    return made;
  };

  #setOf(found: readonly Selecting[], own: NamespaceLabels): AppliedPolicies {
    // Policies only add up: one that was not collected may isolate a pod that looks open, or open one that looks closed.
    const gap = this.#snapshot.coverage.gap('NetworkPolicy', own.name);
    const open = gap !== undefined && !(this.#closedWorld && gap.state !== 'forbidden');
    return {
      policies: found.map(({ policy, selects, rules }) => ({
        policy,
        selects,
        rules: rules.map((rule) => ({
          rule,
          peers: rule.peers?.map((peer) => ({ peer, id: this.#idOf(peer) })),
        })),
      })),
      isolated: found.some(({ policy }) => policy.tier === 'namespace'),
      gap: open ? `not all NetworkPolicies of ${own.name} are known: ${gap.reason}` : undefined,
      own,
      decisions: new Map(),
    };
  }

  /** Equal peers of different policies share what is found out about them. */
  #idOf(peer: Peer): number {
    const known = this.#peerIdOf.get(peer);
    if (known !== undefined) return known;
    const key = JSON.stringify(peer);
    const id = this.#peerIds.get(key) ?? this.#peerIds.size;
    this.#peerIds.set(key, id);
    this.#peerIdOf.set(peer, id);
    return id;
  }

  #anyPeer(peers: AppliedRule['peers'], other: End, direction: Direction, own: NamespaceLabels): PeerMatch {
    if (peers === undefined) return { answer: 'yes' };
    let best = NO_MATCH;
    for (const { peer, id } of peers) {
      const match = this.#match(peer, id, other, direction, own);
      if (match.answer === 'yes') return match;
      if (match.answer === 'unknown' && best.answer === 'no') best = match;
    }
    return best;
  }

  #match(peer: Peer, id: number, other: End, direction: Direction, own: NamespaceLabels): PeerMatch {
    const context = { direction, own, nodes: this.nodes, blocks: this.#blocks, namespaceOf: this.#namespaceOf };
    if (other.type !== 'pod') {
      this.work.peers += 1;
      return peerMatch(peer, other, context);
    }
    const relative = peer.type === 'pods' && (peer.namespaces.type === 'same' || peer.namespaces.type === 'different');
    const key = relative ? `${this.classOf(other.pod).id} ${own.name}` : String(this.classOf(other.pod).id);
    const known = this.#matches.get(id) ?? new Map<string, PeerMatch>();
    this.#matches.set(id, known);
    const have = known.get(key);
    if (have !== undefined) return have;
    this.work.peers += 1;
    const made = peerMatch(peer, other, context);
    known.set(key, made);
    return made;
  }

  /** A number where both ends are pods: there can be millions. */
  #decisionKey(other: End, destination: End): number | string {
    const isNamed = destination.type === 'pod' || destination.type === 'host';
    const ports = isNamed && destination.pod !== undefined ? this.classOf(destination.pod).ports : -1;
    if (other.type === 'pod') return this.classOf(other.pod).id * MOST_PORT_NAMES + ports + 1;
    const end = other.type === 'address' ? this.cells.keyOf(other.address) : `${other.type} ${other.text}`;
    return `${end} ${ports}`;
  }
}

const MOST_PORT_NAMES = 2 ** 20;

/** A policy that may not be about the pod at all decides nothing for certain. */
function doubtful(selects: PeerMatch, peer: PeerMatch): PeerMatch {
  return selects.answer === 'unknown' && peer.answer === 'yes' ? selects : peer;
}

/** The engine of a snapshot, in which what was not collected is unknown. */
export const policyEngine: (snapshot: Snapshot) => PolicyEngine = memoize(
  (snapshot) => new PolicyEngine(snapshot, false),
);

/**
 * The engine of a snapshot that is taken for the whole cluster: namespaces that are not in it have no labels but their name, and
 * there are no other policies, unless they were refused to whoever collected it.
 */
export const closedPolicyEngine: (snapshot: Snapshot) => PolicyEngine = memoize(
  (snapshot) => new PolicyEngine(snapshot, true),
);

/** What the policies of a snapshot have cost so far. */
export function policyWork(snapshot: Snapshot): Readonly<PolicyWork> {
  return policyEngine(snapshot).work;
}

/**
 * The NetworkPolicies that isolate a pod in one direction, by name. A pod on the host's network is outside of policies.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
 */
export function policiesSelecting(snapshot: Snapshot, pod: Pod, direction: Direction): readonly NetworkPolicy[] {
  if (pod.spec.hostNetwork === true) return [];
  const engine = policyEngine(snapshot);
  return engine.applied(engine.classOf(pod), direction).policies.flatMap(({ policy }) => policy.object ?? []);
}
