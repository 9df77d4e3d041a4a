import { isFinished, labelValue, matchesLabels, memoize, serviceEndpoints } from '@kroot/graph';
import { type Pod, type Service, type Snapshot, type StringMap, type UntypedObject } from '@kroot/types';
import { present } from './present.ts';
import { memberOf } from './untyped.ts';

/** Kinds of Istio, as `Snapshot.list` names them. */
export const PEER_AUTHENTICATION = 'PeerAuthentication.security.istio.io';
/** See `PEER_AUTHENTICATION`. */
export const AUTHORIZATION_POLICY = 'AuthorizationPolicy.security.istio.io';
/** See `PEER_AUTHENTICATION`. */
export const VIRTUAL_SERVICE = 'VirtualService.networking.istio.io';
/** See `PEER_AUTHENTICATION`. */
export const DESTINATION_RULE = 'DestinationRule.networking.istio.io';
/** See `PEER_AUTHENTICATION`. */
export const SERVICE_ENTRY = 'ServiceEntry.networking.istio.io';

const PROXY = 'istio-proxy';
const MODE = 'istio.io/dataplane-mode';

/** Whether the mesh carries the connections of a pod: a sidecar, or the node in ambient mode. */
export function isMeshed(snapshot: Snapshot, pod: Pod): boolean {
  const { containers, initContainers = [] } = pod.spec;
  if ([...containers, ...initContainers].some(({ name }) => name === PROXY)) return true;
  if (labelValue(pod.metadata.annotations, 'ambient.istio.io/redirection') === 'enabled') return true;
  return (labelValue(pod.metadata.labels, MODE) ?? labelValue(namespaceLabels(snapshot, pod), MODE)) === 'ambient';
}

/** The labels of a pod's namespace. */
export function namespaceLabels(snapshot: Snapshot, { metadata }: Pod): StringMap {
  return present(snapshot, 'Namespace', undefined, metadata.namespace ?? '')?.metadata.labels ?? {};
}

/** The labels by which a policy of Istio selects pods; undefined where it holds for all of its namespace. */
function selectorOf({ spec }: UntypedObject): StringMap | undefined {
  const labels = memberOf(spec, 'selector', 'matchLabels');
  if (typeof labels !== 'object' || labels === null) return undefined;
  const pairs = Object.entries(labels).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/** How narrowly a policy of Istio holds for a pod: 2 by labels, 1 for its namespace, 0 for the mesh; undefined if it does not. */
export function reachOf(policy: UntypedObject, pod: Pod): number | undefined {
  const { namespace } = policy.metadata;
  const isRoot = namespace === ROOT;
  if (!isRoot && namespace !== pod.metadata.namespace) return undefined;
  const labels = selectorOf(policy);
  if (labels !== undefined) return matchesLabels(labels, pod.metadata.labels ?? {}) ? 2 : undefined;
  return isRoot && namespace !== pod.metadata.namespace ? 0 : 1;
}

/** The root namespace of a mesh, unless its installation was told otherwise. */
const ROOT = 'istio-system';

/** The Services that select a pod in a mesh, each with these pods. */
export const meshedServices: (
  snapshot: Snapshot,
) => readonly { readonly service: Service; readonly pods: readonly Pod[] }[] = memoize((snapshot) =>
  snapshot.list('Service').flatMap((service) => {
    const { managed, selected } = serviceEndpoints(snapshot, service);
    const pods = managed ? selected.filter((pod) => !isFinished(pod) && isMeshed(snapshot, pod)) : [];
    return pods.length === 0 ? [] : [{ service, pods }];
  }),
);
