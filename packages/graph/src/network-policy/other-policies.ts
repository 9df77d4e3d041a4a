import { kindKey, type Snapshot } from '@kroot/types';
import { memoize } from '../memo.ts';

/** Kinds of other APIs that also decide about connections, before or beside NetworkPolicy; and whether a namespace bounds them. */
const KINDS: readonly { readonly group: string; readonly kind: string; readonly namespaced: boolean }[] = [
  { group: 'cilium.io', kind: 'CiliumNetworkPolicy', namespaced: true },
  { group: 'cilium.io', kind: 'CiliumClusterwideNetworkPolicy', namespaced: false },
  { group: 'crd.projectcalico.org', kind: 'NetworkPolicy', namespaced: true },
  { group: 'crd.projectcalico.org', kind: 'GlobalNetworkPolicy', namespaced: false },
  { group: 'projectcalico.org', kind: 'NetworkPolicy', namespaced: true },
  { group: 'projectcalico.org', kind: 'GlobalNetworkPolicy', namespaced: false },
  { group: 'crd.antrea.io', kind: 'NetworkPolicy', namespaced: true },
  { group: 'crd.antrea.io', kind: 'ClusterNetworkPolicy', namespaced: false },
];

interface Present {
  readonly clusterWide: readonly string[];
  readonly byNamespace: ReadonlyMap<string, readonly string[]>;
}

const present = memoize((snapshot: Snapshot): Present => {
  const clusterWide: string[] = [];
  const byNamespace = new Map<string, string[]>();
  for (const { group, kind, namespaced } of KINDS) {
    const key = kindKey(group, kind);
    const objects = snapshot.list(key);
    if (!namespaced && objects.length > 0) clusterWide.push(key);
    if (!namespaced) continue;
    for (const namespace of new Set(objects.map(({ metadata }) => metadata.namespace ?? ''))) {
      byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), key]);
    }
  }
  return { clusterWide, byNamespace };
});

/** The kinds of policies other than NetworkPolicy that may decide about pods of these namespaces. kroot does not evaluate them. */
export function otherPolicyKinds(snapshot: Snapshot, namespaces: readonly string[]): readonly string[] {
  const { clusterWide, byNamespace } = present(snapshot);
  return [...new Set([...clusterWide, ...namespaces.flatMap((namespace) => byNamespace.get(namespace) ?? [])])];
}

const MESH_POLICY = 'AuthorizationPolicy.security.istio.io';

/** The kinds of policies of other APIs, as `Snapshot.list` names them; those of a service mesh too, which only refuse. */
export const OTHER_POLICY_KINDS: readonly string[] = [
  ...KINDS.map(({ group, kind }) => kindKey(group, kind)),
  MESH_POLICY,
];

/** Those of them that the snapshot has. */
export function presentPolicyKinds(snapshot: Snapshot): readonly string[] {
  return OTHER_POLICY_KINDS.filter((kind) => snapshot.list(kind).length > 0);
}
