import { builtinKind } from '@kroot/types';

/**
 * Kinds of which every API server has objects that it or its controllers make, in two namespaces where the kind has any:
 * API groups, RBAC bootstrap (cluster roles; roles in kube-system and kube-public), flow control, the system priority classes,
 * the root CA in every namespace, heartbeats. Nobody asks for all of these but by asking for everything.
 */
const ALWAYS_THERE: readonly string[] = [
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'ConfigMap',
  'EndpointSlice',
  'FlowSchema',
  'Lease',
  'Namespace',
  'Node',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'Role',
  'RoleBinding',
  'Service',
  'ServiceAccount',
];

/** One namespace is enough for these: a small cluster has its own Service and its heartbeats in one. */
const IN_ONE_NAMESPACE: ReadonlySet<string> = new Set(['EndpointSlice', 'Lease', 'Service']);

/** What people leave out of an export of everything, for secrecy, size or noise. */
const LEFT_OUT: ReadonlySet<string> = new Set(['Secret', 'Event']);

/** Whether a list with these kinds (each with its namespaces) is one of everything in the cluster. */
export function isWholeCluster(kinds: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  return ALWAYS_THERE.every((kind) => {
    const needed = builtinKind(kind)?.namespaced === true && !IN_ONE_NAMESPACE.has(kind) ? 2 : 1;
    return (kinds.get(kind)?.size ?? 0) >= needed;
  });
}

/** Whether a list of everything that holds no object of a kind shows that there is none. */
export function wouldHold(kind: string): boolean {
  return builtinKind(kind) !== undefined && !LEFT_OUT.has(kind);
}
