import { type NetworkPolicy, type NetworkPolicyPeer, type NetworkPolicyPort } from '@kroot/types';
import { refOf } from '../refs.ts';
import { type Peer, type PolicyModel, type Rule } from './policy-model.ts';
import { type Direction } from './verdict.ts';

/** Reads a NetworkPolicy. Absent lists, empty ones and what the API fills in differ: see networking/v1/types.go. */
export function networkPolicyModel(policy: NetworkPolicy): PolicyModel {
  const { spec } = policy;
  const namespace = policy.metadata.namespace ?? '';
  const ingress = (spec?.ingress ?? []).map(({ from, ports }, at) => rule(namespace, at, from, ports));
  const egress = (spec?.egress ?? []).map(({ to, ports }, at) => rule(namespace, at, to, ports));
  return {
    ref: refOf(policy),
    tier: 'namespace',
    // An absent podSelector selects every pod of the namespace, as an empty one does.
    subject: { namespaces: { type: 'named', name: namespace }, pods: spec?.podSelector ?? {} },
    rules: {
      ...(isolates(policy, 'Ingress') && { Ingress: ingress }),
      ...(isolates(policy, 'Egress') && { Egress: egress }),
    },
    object: policy,
  };
}

/**
 * Whether a policy speaks about a direction. Without policyTypes it always is about ingress, and about egress when it
 * has egress rules.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/v1/defaults.go (SetDefaults_NetworkPolicy)
 */
function isolates({ spec }: NetworkPolicy, direction: Direction): boolean {
  const types = spec?.policyTypes ?? [];
  if (types.length > 0) return types.includes(direction);
  return direction === 'Ingress' || (spec?.egress ?? []).length > 0;
}

/** No peers at all, or an empty list of them, means everybody; the same holds for ports. */
function rule(
  namespace: string,
  position: number,
  peers: readonly NetworkPolicyPeer[] = [],
  ports: readonly NetworkPolicyPort[] = [],
): Rule {
  return {
    action: 'allow',
    position,
    ...(peers.length > 0 && { peers: peers.map((each) => peerOf(namespace, each)) }),
    ...(ports.length > 0 && { ports: ports.map((port) => ({ protocol: 'TCP', ...port })) }),
  };
}

function peerOf(namespace: string, { ipBlock, podSelector, namespaceSelector }: NetworkPolicyPeer): Peer {
  if (ipBlock !== undefined) return { type: 'block', tier: 'namespace', block: ipBlock };
  // The API rejects a peer without any of the three; it names nobody.
  if (podSelector === undefined && namespaceSelector === undefined) return { type: 'nobody' };
  return {
    type: 'pods',
    tier: 'namespace',
    // Without a namespaceSelector the policy's own namespace is meant; an empty one means every namespace.
    namespaces:
      namespaceSelector === undefined
        ? { type: 'named', name: namespace }
        : { type: 'labelled', selector: namespaceSelector },
    ...(podSelector !== undefined && { pods: podSelector }),
  };
}
