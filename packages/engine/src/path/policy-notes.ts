import { ADMIN_POLICY_KINDS, presentPolicyKinds, unenforcedBy, type World } from '@kroot/graph';

/** What the answers rest on: where it is not all there, connections are missing. */
const NEEDED: readonly string[] = ['Pod', 'Namespace', 'NetworkPolicy', ...ADMIN_POLICY_KINDS];

/** What a reader has to know about the answers, one sentence each. */
export function policyNotes({ snapshot, closedWorld }: World): readonly string[] {
  const others = presentPolicyKinds(snapshot);
  const plugin = unenforcedBy(snapshot);
  const gaps = closedWorld
    ? []
    : NEEDED.filter((kind) => ['forbidden', 'partial', 'not-collected'].includes(snapshot.coverage.state(kind)));
  return [
    ...(closedWorld ? ['The files are taken for the whole cluster: what is not in them does not exist.'] : []),
    ...(gaps.length === 0
      ? []
      : [`Not all could be read, so connections may be missing or refused: ${gaps.join(', ')}.`]),
    ...(others.length === 0 ? [] : [`Not evaluated, and may decide otherwise: ${others.join(', ')}.`]),
    plugin === ''
      ? 'This follows from the objects; whether the network plugin enforces policies is not visible in them.'
      : `${plugin} does not enforce NetworkPolicies, and nothing beside it does: in fact everything is open.`,
  ];
}
