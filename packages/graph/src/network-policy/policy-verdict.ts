import { type Pod, type Snapshot } from '@kroot/types';
import { allowersOf, blockersOf, doubtOf, type Asked, type WantedPort } from './blockers.ts';
import { answerFor } from './decision.ts';
import { endOf, type End } from './ends.ts';
import { unenforcedBy } from './enforcement.ts';
import { otherPolicyKinds } from './other-policies.ts';
import { type PolicyEngine, policyEngine } from './policy-engine.ts';
import { isProtocol } from './port-set.ts';
import { bothAllow, unknownVerdict, YES, type Direction, type Flow, type Verdict } from './verdict.ts';

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
  const engine = policyEngine(snapshot);
  const wanted = { port: flow.port, protocol: flow.protocol, destination: to };
  const egress = directionVerdict(engine, 'Egress', from, to, wanted);
  const ingress = isFromOwnNode(from, to) ? YES : directionVerdict(engine, 'Ingress', to, from, wanted);
  return unlessOthersDecide(snapshot, [from, to], bothAllow(egress, ingress));
}

/**
 * Whether a pod can reach anybody at all on a port: what is left to ask when the destination is not in the snapshot,
 * as cluster DNS often is not.
 */
export function egressAllowsPort(snapshot: Snapshot, pod: Pod, port: number, protocol: string): Verdict {
  const from = endOf(snapshot, pod);
  if (from.type === 'untold') return unknownVerdict(from.text);
  const anybody: End = { type: 'anybody', text: 'anybody' };
  const wanted = { port, protocol, destination: anybody };
  return unlessOthersDecide(
    snapshot,
    [from],
    directionVerdict(policyEngine(snapshot), 'Egress', from, anybody, wanted),
  );
}

/** Whether both ends are the same pod: it reaches itself, whatever policies say. */
export function isSamePod(from: End, to: End): boolean {
  return from.type === 'pod' && to.type === 'pod' && from.text === to.text;
}

/** Traffic from a pod's own node always gets in: probes depend on it (NetworkPolicySpec.ingress in networking/v1/types.go). */
export function isFromOwnNode(from: End, to: End): boolean {
  if (from.type !== 'host' || to.type !== 'pod') return false;
  if (from.pod?.spec.nodeName !== undefined) return from.pod.spec.nodeName === to.pod.spec.nodeName;
  return to.pod.status?.hostIP !== undefined && from.text === to.pod.status.hostIP;
}

/** One direction, by the policies of the pod at one end. */
export function directionVerdict(
  engine: PolicyEngine,
  direction: Direction,
  self: End,
  other: End,
  wanted: WantedPort,
): Verdict {
  // Policies select pods with an address of their own, nothing else.
  if (self.type !== 'pod') return YES;
  const applied = engine.applied(engine.classOf(self.pod), direction);
  if (!isProtocol(wanted.protocol)) {
    return applied.policies.length === 0 ? YES : unknownVerdict(`policies do not speak about ${wanted.protocol}`);
  }
  const deciders = engine.deciders(direction, self, other);
  const decision = engine.decision(direction, self, other, deciders);
  const asked: Asked = { direction, applied, other, wanted, deciders };
  switch (answerFor(decision, wanted.protocol, wanted.port)) {
    case 'yes':
      return { ...YES, allowedBy: allowersOf(asked) };
    case 'no':
      return { allowed: 'no', blockedBy: blockersOf(asked), allowedBy: [] };
    case 'unknown':
    default:
      return unknownVerdict(doubtOf(asked) ?? 'what the policies decide is not known');
  }
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
