import { type NetworkPolicy, type Pod, type Snapshot } from '@kroot/types';
import { groupBy } from '../group-by.ts';
import { memoize } from '../memo.ts';
import { labelValue, matchesLabelSelector } from '../selectors.ts';
import { type Direction } from './verdict.ts';

interface NamespacePolicies {
  readonly policies: readonly NetworkPolicy[];
  /** The label keys that any podSelector here asks for: pods that agree on them are selected alike. */
  readonly keys: readonly string[];
  readonly selecting: Map<string, readonly NetworkPolicy[]>;
}

const byNamespace = memoize((snapshot: Snapshot) => {
  const groups = groupBy(snapshot.list('NetworkPolicy'), (policy) => policy.metadata.namespace ?? '');
  return new Map([...groups].map(([namespace, policies]) => [namespace, index(policies)]));
});

function index(policies: readonly NetworkPolicy[]): NamespacePolicies {
  const keys = new Set<string>();
  for (const { spec } of policies) {
    for (const key of Object.keys(spec?.podSelector?.matchLabels ?? {})) keys.add(key);
    for (const { key } of spec?.podSelector?.matchExpressions ?? []) keys.add(key);
  }
  return { policies, keys: [...keys].toSorted(), selecting: new Map() };
}

/**
 * The policies that isolate a pod in one direction, by name. A pod on the host's network is outside of policies.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
 */
export function policiesSelecting(snapshot: Snapshot, pod: Pod, direction: Direction): readonly NetworkPolicy[] {
  if (pod.spec.hostNetwork === true) return [];
  const here = byNamespace(snapshot).get(pod.metadata.namespace ?? '');
  if (here === undefined) return [];
  const { labels } = pod.metadata;
  const key = JSON.stringify([direction, here.keys.map((label) => labelValue(labels, label) ?? null)]);
  const have = here.selecting.get(key);
  if (have !== undefined) return have;
  const found = here.policies.filter(
    // An absent podSelector selects every pod of the namespace, as an empty one does.
    (policy) => isolates(policy, direction) && matchesLabelSelector(policy.spec?.podSelector ?? {}, labels),
  );
  here.selecting.set(key, found);
  return found;
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
