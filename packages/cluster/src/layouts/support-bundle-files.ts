import { builtinKind } from '@kroot/types';
import { builtinApiVersion, type TypeHint } from '../projection/project.ts';

/** Names of the files and folders in `cluster-resources`, and the kinds whose objects are in them. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['configmaps', 'ConfigMap'],
  ['cronjobs', 'CronJob'],
  ['daemonsets', 'DaemonSet'],
  ['deployments', 'Deployment'],
  ['endpoints', 'Endpoints'],
  ['endpointslices', 'EndpointSlice'],
  ['events', 'Event'],
  ['ingress', 'Ingress'],
  ['jobs', 'Job'],
  ['leases', 'Lease'],
  ['limitranges', 'LimitRange'],
  ['network-policy', 'NetworkPolicy'],
  ['pod-disruption-budgets', 'PodDisruptionBudget'],
  ['pods', 'Pod'],
  ['pvcs', 'PersistentVolumeClaim'],
  ['replicasets', 'ReplicaSet'],
  ['resource-quota', 'ResourceQuota'],
  ['resource-quotas', 'ResourceQuota'],
  ['rolebindings', 'RoleBinding'],
  ['roles', 'Role'],
  ['serviceaccounts', 'ServiceAccount'],
  ['services', 'Service'],
  ['statefulsets', 'StatefulSet'],
  ['clusterrolebindings', 'ClusterRoleBinding'],
  ['clusterroles', 'ClusterRole'],
  ['custom-resource-definitions', 'CustomResourceDefinition'],
  ['ingress-classes', 'IngressClass'],
  ['namespaces', 'Namespace'],
  ['nodes', 'Node'],
  ['priorityclasses', 'PriorityClass'],
  ['pvs', 'PersistentVolume'],
  ['storage-classes', 'StorageClass'],
  ['volumeattachments', 'VolumeAttachment'],
]);
const FILE = /(?:^|\/)cluster-resources\/(?<name>[A-Za-z-]+)(?:\/(?<ns>[a-z0-9.-]+))?\.json$/;
/** Errors of storage classes are in a file of another name. */
const ERRORS = /^cluster-resources\/(?<name>[A-Za-z-]+)-errors\.json$/;

/** Kinds that a support bundle collects. */
export const BUNDLE_KINDS: readonly string[] = [...new Set(KINDS.values())];

/** What a file of a support bundle lists: a kind in a namespace, or (`*`) in the cluster. */
export function bundleList(path: string): { readonly kind: string; readonly namespace: string } | undefined {
  const { name = '', ns } = FILE.exec(path)?.groups ?? {};
  const kind = KINDS.get(name.toLowerCase());
  if (kind === undefined) return undefined;
  const namespaced = builtinKind(kind)?.namespaced === true;
  if (namespaced !== (ns !== undefined)) return undefined;
  return { kind, namespace: ns ?? '*' };
}

/** The kind that a file of errors in `cluster-resources` is about. */
export function bundleErrors(path: string): string | undefined {
  const name = ERRORS.exec(path)?.groups?.['name']?.toLowerCase();
  return name === 'storage' ? 'StorageClass' : KINDS.get(name ?? '');
}

/** Old bundles hold bare lists of objects that do not say what they are. */
export function typeByPlace(path: string): TypeHint | undefined {
  const kind = bundleList(path)?.kind;
  const apiVersion = kind === undefined ? undefined : builtinApiVersion(kind);
  return kind === undefined || apiVersion === undefined ? undefined : { apiVersion, kind };
}
