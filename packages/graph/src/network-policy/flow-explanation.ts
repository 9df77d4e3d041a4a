import { type ResourceRef, type Snapshot } from '@kroot/types';
import { blockersOf, decidingRule, isAboutPort, type Asked, type WantedPort } from './blockers.ts';
import { answerFor, both, certainPorts, doubtfulPorts, type Decision, type RuleMatch } from './decision.ts';
import { engineFor } from './connections.ts';
import { endOf, type End } from './ends.ts';
import { formatPeers, formatPods } from './format-peers.ts';
import { formatPortSet } from './format-ports.ts';
import { type PolicyEngine } from './policy-engine.ts';
import { type PolicyModel, type Tier } from './policy-model.ts';
import { directionVerdict, isFromOwnNode, isSamePod } from './policy-verdict.ts';
import { ALL_PORTS, isEmpty, isProtocol, NO_PORTS, unite, type PortSet } from './port-set.ts';
import { formatRulePorts } from './rule-ports.ts';
import { smallestChange, type PolicyChange } from './smallest-change.ts';
import { type Answer, type Direction, type FlowEnd } from './verdict.ts';

/** What a policy that is about a pod does with a connection. */
export interface PolicyStep {
  readonly policy: ResourceRef;
  readonly tier: Tier;
  /** The pods that it is about. */
  readonly selects: string;
  /** `misses`: it isolates the pod and has no rule for the connection; `silent`: it leaves it to other policies. */
  readonly outcome: 'allows' | 'denies' | 'passes' | 'misses' | 'silent' | 'unknown' | 'not-asked';
  /** Position of the rule that decides, or comes nearest, in spec.ingress or spec.egress. */
  readonly rule?: number;
  readonly detail: string;
}

/** One side of a connection: what the policies of one pod say. */
export interface SideExplanation {
  readonly direction: Direction;
  /** Whose policies these are. */
  readonly end: string;
  readonly answer: Answer;
  /** Why without looking at rules, or why it cannot be told. */
  readonly reason?: string;
  readonly policies: readonly PolicyStep[];
  /** The ports that this side lets through. */
  readonly open: PortSet;
}

/** Why policies let a connection through or not. */
export interface FlowExplanation {
  readonly from: string;
  readonly to: string;
  /** The answer for the port that was asked for; without one, whether any port is open. */
  readonly answer: Answer;
  /** Why nothing can be told of it at all. */
  readonly reason?: string;
  readonly sides: readonly SideExplanation[];
  /** The ports that are open from end to end, and those of which it cannot be told. */
  readonly open: PortSet;
  readonly doubtful: PortSet;
  /** For each side that refuses the port: the smallest change that would let this connection through. */
  readonly changes: readonly PolicyChange[];
}

/** A port to ask for. */
export interface AskedPort {
  readonly port: number;
  readonly protocol: string;
}

/** One end of a connection that is asked about, and what to call it if not by its own name. */
export interface AskedEnd {
  readonly end: FlowEnd;
  readonly text?: string;
}

/** A connection that is asked about. */
export interface FlowQuestion {
  readonly from: AskedEnd;
  readonly to: AskedEnd;
  /** All ports when absent. */
  readonly port?: AskedPort;
}

/**
 * Explains what the policies that kroot evaluates say about a connection. In a closed world the snapshot is the whole cluster.
 */
export function explainFlow(
  snapshot: Snapshot,
  { from, to, port }: FlowQuestion,
  { closedWorld }: { readonly closedWorld: boolean },
): FlowExplanation {
  const [source, destination] = [namedEnd(snapshot, from), namedEnd(snapshot, to)];
  const untold = [source, destination].find(({ type }) => type === 'untold');
  if (untold !== undefined) return cannotExplain(source, destination, untold.text);
  const engine = engineFor(snapshot, closedWorld);
  // A pod that stands for others, under another name, is not the same as one of these.
  const isSame = from.text === undefined && to.text === undefined && isSamePod(source, destination);
  const sides = isSame
    ? []
    : [sideOf(engine, 'Egress', source, destination, port), sideOf(engine, 'Ingress', destination, source, port)];
  return explanationOf(snapshot, source, destination, sides, port);
}

function namedEnd(snapshot: Snapshot, { end, text }: AskedEnd): End {
  const found = endOf(snapshot, end);
  return text === undefined ? found : { ...found, text };
}

function explanationOf(
  snapshot: Snapshot,
  from: End,
  to: End,
  sides: readonly Side[],
  asked: AskedPort | undefined,
): FlowExplanation {
  const decision = sides.map(({ decision: each }) => each).reduce(both, { mayAllow: ALL_PORTS, mayDeny: NO_PORTS });
  const open = certainPorts(decision);
  const doubtful = doubtfulPorts(decision);
  return {
    from: from.text,
    to: to.text,
    answer: asked === undefined ? answerOfAny(open, doubtful) : combined(sides.map(({ side }) => side.answer)),
    sides: sides.map(({ side }) => side),
    open,
    doubtful,
    changes:
      asked === undefined
        ? []
        : sides.flatMap(({ side, asked: about, self }) => {
            if (side.answer !== 'no' || about === undefined || self.type !== 'pod') return [];
            return smallestChange(snapshot, about, self.pod) ?? [];
          }),
  };
}

function cannotExplain(from: End, to: End, reason: string): FlowExplanation {
  const base = { from: from.text, to: to.text, reason };
  return { ...base, answer: 'unknown', sides: [], open: NO_PORTS, doubtful: ALL_PORTS, changes: [] };
}

function answerOfAny(open: PortSet, doubtful: PortSet): Answer {
  if (!isEmpty(open)) return 'yes';
  return isEmpty(doubtful) ? 'no' : 'unknown';
}

function combined(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('unknown') ? 'unknown' : 'yes';
}

interface Side {
  readonly side: SideExplanation;
  readonly decision: Decision;
  readonly self: End;
  /** Where a port was asked for. */
  readonly asked?: Asked;
}

function sideOf(engine: PolicyEngine, direction: Direction, self: End, other: End, port: AskedPort | undefined): Side {
  const base = { direction, end: self.text };
  const openSide = (reason: string): Side => ({
    side: { ...base, answer: 'yes', reason, policies: [], open: ALL_PORTS },
    decision: { mayAllow: ALL_PORTS, mayDeny: NO_PORTS },
    self,
  });
  if (self.type !== 'pod')
    return openSide(
      self.type === 'host' ? 'policies do not isolate the network of nodes' : 'policies are about pods only',
    );
  if (direction === 'Ingress' && isFromOwnNode(other, self))
    return openSide('traffic from its own node always gets in');
  const applied = engine.applied(engine.classOf(self.pod), direction);
  const deciders = engine.deciders(direction, self, other);
  const decision = engine.decision(direction, self, other, deciders);
  const open = certainPorts(decision);
  if (port === undefined) {
    const policies = applied.policies.map(({ policy }) => stepForAllPorts(policy, direction, deciders.matches));
    const answer = answerOfAny(open, doubtfulPorts(decision));
    return { side: { ...base, answer, policies, open, ...reasonOf(applied.gap) }, decision, self };
  }
  const wanted: WantedPort = { ...port, destination: direction === 'Ingress' ? self : other };
  const asked: Asked = { direction, applied, deciders, other, wanted };
  const verdict = directionVerdict(engine, direction, self, other, wanted);
  const policies = applied.policies.map(({ policy }) => stepForPort(asked, policy));
  const answer = isProtocol(port.protocol) ? answerFor(decision, port.protocol, port.port) : verdict.allowed;
  return { side: { ...base, answer, policies, open, ...reasonOf(verdict.reason) }, decision, self, asked };
}

function reasonOf(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** What the rules of a policy do with any port. */
function stepForAllPorts(policy: PolicyModel, direction: Direction, matches: readonly RuleMatch[]): PolicyStep {
  const base = { policy: policy.ref, tier: policy.tier, selects: formatPods(policy.subject) };
  const own = matches.filter((match) => match.policy === policy && match.peer.answer !== 'no');
  const list = direction.toLowerCase();
  if (own.length === 0) {
    return policy.tier === 'namespace'
      ? { ...base, outcome: 'misses', detail: `no ${list} rule names the other end` }
      : { ...base, outcome: 'silent', detail: `no ${list} rule names the other end` };
  }
  const parts = own.map(
    ({ rule, ports, peer }) =>
      `${list}[${rule.position}] ${peer.answer === 'yes' ? VERBS[rule.action] : `may ${rule.action}`} ${formatPortSet(unite(ports.certain, ports.possible))}`,
  );
  return { ...base, outcome: outcomeOf(own), detail: parts.join('; ') };
}

const VERBS = { allow: 'allows', deny: 'denies', pass: 'passes' } as const;

function outcomeOf(own: readonly RuleMatch[]): PolicyStep['outcome'] {
  const certain = own.find(({ peer }) => peer.answer === 'yes');
  return certain === undefined ? 'unknown' : VERBS[certain.rule.action];
}

function stepForPort(asked: Asked, policy: PolicyModel): PolicyStep {
  const base = { policy: policy.ref, tier: policy.tier, selects: formatPods(policy.subject) };
  const before = decidedBefore(asked, policy.tier);
  if (before !== undefined) return { ...base, outcome: 'not-asked', detail: before };
  const own = asked.deciders.matches.filter((match) => match.policy === policy && match.peer.answer !== 'no');
  const wanted = { ...asked, deciders: { ...asked.deciders, matches: own } };
  const rule = decidingRule(wanted, policy.tier, true);
  if (rule !== undefined) {
    return {
      ...base,
      outcome: VERBS[rule.rule.action],
      rule: rule.rule.position,
      detail: `${place(asked, rule)} ${VERBS[rule.rule.action]} ${formatRulePorts(rule.rule.ports)} ${asked.direction === 'Ingress' ? 'from' : 'to'} ${formatPeers(rule.rule.peers)}`,
    };
  }
  const doubt = own.find((match) => match.peer.answer === 'unknown' && isAboutPort(match, asked.wanted) !== 'no');
  if (doubt !== undefined) {
    return {
      ...base,
      outcome: 'unknown',
      rule: doubt.rule.position,
      detail: `${place(asked, doubt)}: ${doubt.peer.reason?.(asked.other.text) ?? 'it cannot be told whether it is about this'}`,
    };
  }
  if (policy.tier !== 'namespace')
    return { ...base, outcome: 'silent', detail: 'none of its rules is about this connection' };
  const miss = blockersOf({ ...asked, deciders: { ...asked.deciders, matches: withoutAdmin(asked) } }).find(
    (blocker) => blocker.policy === policy.ref,
  );
  return {
    ...base,
    outcome: 'misses',
    ...(miss?.rule !== undefined && { rule: miss.rule }),
    detail: miss?.detail ?? 'none of its rules is about this connection',
  };
}

function place({ direction }: Asked, { rule }: RuleMatch): string {
  return `${direction.toLowerCase()}[${rule.position}]`;
}

function withoutAdmin({ deciders }: Asked): readonly RuleMatch[] {
  return deciders.matches.filter(({ policy }) => policy.tier === 'namespace');
}

/** Why a tier is not asked any more. */
function decidedBefore(asked: Asked, tier: Tier): string | undefined {
  if (tier === 'admin') return undefined;
  const admin = decidingRule(asked, 'admin');
  if (admin !== undefined) return `${admin.policy.ref.kind} ${admin.policy.ref.name} has decided before`;
  return tier === 'baseline' && asked.deciders.isolated ? 'NetworkPolicies have decided before' : undefined;
}
