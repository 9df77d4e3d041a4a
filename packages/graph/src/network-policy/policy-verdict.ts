import {
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  type Pod,
  type Snapshot,
} from '@kroot/types';
import { refOf } from '../refs.ts';
import { endOf, type End } from './ends.ts';
import { unenforcedBy } from './enforcement.ts';
import { otherPolicyKinds } from './other-policies.ts';
import { peersMatch, type PeerMatch } from './peers.ts';
import { policiesSelecting } from './policies.ts';
import { formatPorts, portsMatch, type PortMatch, type WantedPort } from './ports.ts';
import { bothAllow, unknownVerdict, YES, type Blocker, type Direction, type Flow, type Verdict } from './verdict.ts';

/** A rule of either direction: who the other end may be, and the ports of the destination. */
interface Rule {
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
  readonly ports: readonly NetworkPolicyPort[] | undefined;
}

interface RuleMatch {
  readonly rule: Rule;
  readonly peer: PeerMatch;
  readonly port: PortMatch;
}

/**
 * Whether the cluster's NetworkPolicies let a connection through: egress at its source and ingress at its destination.
 * What the API leaves to network plugins, what other kinds of policies decide, and what was not collected is unknown.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function policyVerdict(snapshot: Snapshot, flow: Flow): Verdict {
  const from = endOf(snapshot, flow.from);
  const to = endOf(snapshot, flow.to);
  if (from.type === 'untold') return unknownVerdict(from.text);
  if (to.type === 'untold') return unknownVerdict(to.text);
  if (isSamePod(from, to)) return YES;
  const wanted = { port: flow.port, protocol: flow.protocol, destination: to };
  const egress = directionVerdict(snapshot, 'Egress', from, to, wanted);
  const ingress = isFromOwnNode(from, to) ? YES : directionVerdict(snapshot, 'Ingress', to, from, wanted);
  return unlessOthersDecide(snapshot, [from, to], bothAllow(egress, ingress));
}

/**
 * Whether a pod can reach anybody at all on a port: what is left to ask when the destination is not in the snapshot,
 * as cluster DNS often is not.
 */
export function egressAllowsPort(snapshot: Snapshot, pod: Pod, port: number, protocol: string): Verdict {
  const from = endOf(snapshot, pod);
  if (from.type === 'untold') return unknownVerdict(from.text);
  const anybody: End = { type: 'outside', text: 'anybody' };
  const wanted = { port, protocol, destination: anybody };
  const verdict = directionVerdict(snapshot, 'Egress', from, anybody, wanted, toAnybody);
  return unlessOthersDecide(snapshot, [from], verdict);
}

function toAnybody(match: RuleMatch): RuleMatch {
  if (!namesSomebody(match.rule)) return { ...match, peer: { answer: 'no' } };
  if (match.port !== 'named-port') return { ...match, peer: { answer: 'yes' } };
  const reason = `which port ${formatPorts(match.rule.ports)} is depends on the destination`;
  return { ...match, port: 'yes', peer: { answer: 'unknown', reason } };
}

function namesSomebody({ peers = [] }: Rule): boolean {
  return (
    peers.length === 0 ||
    peers.some(
      ({ ipBlock, podSelector, namespaceSelector }) => (ipBlock ?? podSelector ?? namespaceSelector) !== undefined,
    )
  );
}

function isSamePod(from: End, to: End): boolean {
  return from.type === 'pod' && to.type === 'pod' && from.text === to.text;
}

/** Traffic from a pod's own node always gets in: probes depend on it (NetworkPolicySpec.ingress in networking/v1/types.go). */
function isFromOwnNode(from: End, to: End): boolean {
  if (from.type !== 'host' || to.type !== 'pod') return false;
  if (from.pod?.spec.nodeName !== undefined) return from.pod.spec.nodeName === to.pod.spec.nodeName;
  return to.pod.status?.hostIP !== undefined && from.text === to.pod.status.hostIP;
}

/** One direction: the union of what the policies that select the pod allow; without such a policy everything. */
function directionVerdict(
  snapshot: Snapshot,
  direction: Direction,
  self: End,
  other: End,
  wanted: WantedPort,
  adapt: (match: RuleMatch) => RuleMatch = (match) => match,
): Verdict {
  // Policies select pods with an address of their own, nothing else.
  if (self.type !== 'pod') return YES;
  const { namespace = '' } = self.pod.metadata;
  const policies = policiesSelecting(snapshot, self.pod, direction);
  const blockedBy: Blocker[] = [];
  let doubt: string | undefined;
  for (const policy of policies) {
    const matches = rulesOf(policy, direction).map((rule) => {
      const peer = peersMatch(snapshot, { namespace, direction, peers: rule.peers }, other);
      return adapt({ rule, peer, port: portsMatch(rule.ports, wanted) });
    });
    const allowing = matches.findIndex(({ peer, port }) => peer.answer === 'yes' && port === 'yes');
    if (allowing !== -1) {
      return { allowed: 'yes', blockedBy: [], allowedBy: [{ policy: refOf(policy), direction, rule: allowing }] };
    }
    doubt ??= matches.find(({ peer, port }) => peer.answer === 'unknown' && port === 'yes')?.peer.reason;
    blockedBy.push(blockerOf(policy, direction, matches, other, wanted));
  }
  if (doubt !== undefined) return unknownVerdict(doubt);
  // Policies only add up: one that was not collected may isolate a pod that looks open, or open one that looks closed.
  const gap = snapshot.coverage.gap('NetworkPolicy', namespace);
  if (gap !== undefined) return unknownVerdict(`not all NetworkPolicies of ${namespace} are known: ${gap.reason}`);
  return policies.length === 0 ? YES : { allowed: 'no', blockedBy, allowedBy: [] };
}

function rulesOf({ spec }: NetworkPolicy, direction: Direction): readonly Rule[] {
  return direction === 'Ingress'
    ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
    : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
}

/** The nearest miss of a policy: a rule that has the peer but not the port is nearer than one without the peer. */
function blockerOf(
  policy: NetworkPolicy,
  direction: Direction,
  matches: readonly RuleMatch[],
  other: End,
  wanted: WantedPort,
): Blocker {
  const blocker = { policy: refOf(policy), direction };
  const word = direction.toLowerCase();
  if (matches.length === 0) return { ...blocker, reason: 'no-rules', detail: `it has no ${word} rule` };
  const rightPeer = matches.filter(({ peer }) => peer.answer !== 'no');
  const [nearest = matches[0]] = [...rightPeer.filter(({ port }) => port === 'named-port'), ...rightPeer];
  const port = `${wanted.protocol}/${wanted.port}`;
  if (nearest === undefined || rightPeer.length === 0) {
    return { ...blocker, reason: 'peer', detail: `no ${word} rule names ${other.text}` };
  }
  const listed = formatPorts(nearest.rule.ports);
  return nearest.port === 'named-port'
    ? {
        ...blocker,
        reason: 'named-port',
        detail: `its ${word} rule names ${listed}, which ${wanted.destination.text} does not declare`,
      }
    : { ...blocker, reason: 'port', detail: `its ${word} rule names ${listed}, not ${port}` };
}

function unlessOthersDecide(snapshot: Snapshot, ends: readonly End[], verdict: Verdict): Verdict {
  const isolatable = ends.flatMap((end) => (end.type === 'pod' ? (end.pod.metadata.namespace ?? '') : []));
  if (isolatable.length === 0) return verdict;
  const plugin = verdict.allowed === 'no' ? unenforcedBy(snapshot) : '';
  if (plugin !== '') return unknownVerdict(`${plugin} does not enforce NetworkPolicies, and nothing beside it does`);
  const kinds = otherPolicyKinds(snapshot, isolatable);
  if (kinds.length === 0) return verdict;
  return unknownVerdict(`${kinds.join(', ')} may decide otherwise, and kroot does not evaluate them`);
}
