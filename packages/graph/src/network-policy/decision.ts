import { type Answer } from './verdict.ts';
import { hasPort, intersect, NO_PORTS, subtract, unite, ALL_PORTS, type PortSet } from './port-set.ts';
import { type PeerMatch } from './peer-match.ts';
import { type PolicyModel, type Rule, type Tier } from './policy-model.ts';
import { type NamedPorts } from './rule-ports.ts';

/** What may become of connections, by port: a port in both sets can go either way. Every port is in one of them. */
export interface Decision {
  readonly mayAllow: PortSet;
  readonly mayDeny: PortSet;
}

/** Everything is let through. */
export const ALLOW_ALL: Decision = { mayAllow: ALL_PORTS, mayDeny: NO_PORTS };

/** How one rule of a policy looks at a connection. */
export interface RuleMatch {
  readonly policy: PolicyModel;
  readonly rule: Rule;
  /** Includes whether the policy is about the pod at all. */
  readonly peer: PeerMatch;
  readonly ports: NamedPorts;
}

/** What decides about one direction of a connection. */
export interface Deciders {
  readonly matches: readonly RuleMatch[];
  /** Whether a NetworkPolicy isolates the pod. */
  readonly isolated: boolean;
  /** Why there may be NetworkPolicies that are not known. */
  readonly gap: string | undefined;
}

/** Asks the tiers one after the other. What cannot be told keeps both ways open. */
export function decide({ matches, isolated, gap }: Deciders): Decision {
  const state: State = { open: ALL_PORTS, mayAllow: NO_PORTS, mayDeny: NO_PORTS };
  askInOrder(state, matches, 'admin');
  if (isolated) askAll(state, matches, gap !== undefined);
  // A policy that is not known may isolate the pod.
  else if (gap !== undefined) state.mayDeny = unite(state.mayDeny, state.open);
  askInOrder(state, matches, 'baseline');
  return { mayAllow: unite(state.mayAllow, state.open), mayDeny: state.mayDeny };
}

interface State {
  /** Ports that may be undecided yet. */
  open: PortSet;
  mayAllow: PortSet;
  mayDeny: PortSet;
}

/** In the cluster-wide tiers the first rule that matches decides; Pass leaves the rest of the tier out. */
function askInOrder(state: State, matches: readonly RuleMatch[], tier: Tier): void {
  let passed = NO_PORTS;
  for (const { policy, rule, peer, ports } of matches) {
    if (policy.tier !== tier || peer.answer === 'no') continue;
    const hit = intersect(state.open, unite(ports.certain, ports.possible));
    if (rule.action === 'allow') state.mayAllow = unite(state.mayAllow, hit);
    else if (rule.action === 'deny') state.mayDeny = unite(state.mayDeny, hit);
    else passed = unite(passed, hit);
    if (peer.answer === 'yes') state.open = subtract(state.open, ports.certain);
  }
  state.open = unite(state.open, passed);
}

/** NetworkPolicies add up, and what none of them allows is refused. */
function askAll(state: State, matches: readonly RuleMatch[], mayBeMore: boolean): void {
  let certain = NO_PORTS;
  let possible = NO_PORTS;
  for (const { policy, peer, ports } of matches) {
    if (policy.tier !== 'namespace' || peer.answer === 'no') continue;
    if (peer.answer === 'yes') certain = unite(certain, ports.certain);
    else possible = unite(possible, ports.certain);
    possible = unite(possible, ports.possible);
  }
  const rest = subtract(state.open, certain);
  const allowed = mayBeMore ? state.open : intersect(state.open, unite(certain, possible));
  state.mayAllow = unite(state.mayAllow, allowed);
  state.mayDeny = unite(state.mayDeny, rest);
  state.open = NO_PORTS;
}

/** Both sides have to let a connection through. */
export function both(a: Decision, b: Decision): Decision {
  return { mayAllow: intersect(a.mayAllow, b.mayAllow), mayDeny: unite(a.mayDeny, b.mayDeny) };
}

/** The ports that are let through for certain. */
export function certainPorts({ mayAllow, mayDeny }: Decision): PortSet {
  return subtract(mayAllow, mayDeny);
}

/** The ports of which it cannot be told. */
export function doubtfulPorts({ mayAllow, mayDeny }: Decision): PortSet {
  return intersect(mayAllow, mayDeny);
}

/** The decision about one port. */
export function answerFor({ mayAllow, mayDeny }: Decision, protocol: string, port: number): Answer {
  if (!hasPort(mayDeny, protocol, port)) return 'yes';
  return hasPort(mayAllow, protocol, port) ? 'unknown' : 'no';
}
