import {
  controllerOf,
  isHeadless,
  isManagedService,
  labelValue,
  memoize,
  policiesSelecting,
  policyVerdict,
  refOf,
  serviceRoutes,
  timeOf,
  type Blocker,
  type PodState,
  type ServiceRoute,
} from '@kroot/graph';
import { type Evidence, type NetworkPolicy, type Pod, type Service, type Snapshot, type StringMap } from '@kroot/types';
import { clients, type Client } from './clients.ts';
import { present } from './present.ts';
import { apiServerNeed } from './api-server-need.ts';
import { optional } from './optional.ts';
import { referenceEvidence, referencesOf } from './reference-fault.ts';

const MAX_BACKENDS = 5;
const SKEW = 120_000;

/** Why a client is believed to need a connection. */
interface FlowNeed {
  readonly evidence: Evidence;
  /** The port of the Service that it dials. */
  readonly port?: number;
}

/** The other end of a connection to a Service. */
export type Backend = Pod | { readonly ip: string };

/** Whether a backend is a pod. */
export function isPodBackend(backend: Backend): backend is Pod {
  return 'metadata' in backend;
}

/** A connection that a client needs and that policies refuse to every backend. */
export interface BlockedFlow {
  readonly client: Client;
  readonly need: FlowNeed;
  readonly service: Service;
  /** On the pods, after translation. */
  readonly port: number;
  readonly protocol: string;
  /** A pod; an address where nobody selects pods. */
  readonly backend: Backend;
  /** All of them, or the first ones of many. */
  readonly backends: readonly Backend[];
  readonly blockedBy: readonly Blocker[];
}

/** Policies for the whole cluster, as `Snapshot.list` names them. */
export const ADMIN_POLICY_KINDS: readonly string[] = [
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
].map((kind) => `${kind}.policy.networking.k8s.io`);

function hasAdminPolicies(snapshot: Snapshot): boolean {
  return ADMIN_POLICY_KINDS.some((kind) => snapshot.list(kind).length > 0);
}

/** All of them, once per snapshot. */
export const blockedFlows: (snapshot: Snapshot) => readonly BlockedFlow[] = memoize((snapshot) => {
  if (snapshot.list('NetworkPolicy').length === 0 && !hasAdminPolicies(snapshot)) return [];
  return clients(snapshot).flatMap((client) => {
    const named = referencesOf(snapshot, client).flatMap((reference) => {
      const { namespace, name } = reference.service;
      const service = reference.certain ? present(snapshot, 'Service', namespace, name) : undefined;
      const need = { evidence: referenceEvidence(client, reference), ...optional('port', reference.port) };
      return service === undefined ? [] : (flowOf(snapshot, client, need, service) ?? []);
    });
    const api = apiServerNeed(snapshot, client);
    const hasApi = named.some(({ service }) => service === api?.service);
    const toApi = api === undefined || hasApi ? undefined : flowOf(snapshot, client, api.need, api.service);
    return toApi === undefined ? named : [...named, toApi];
  });
});

function flowOf(snapshot: Snapshot, client: Client, need: FlowNeed, service: Service): BlockedFlow | undefined {
  const from = client.pods[0]?.pod;
  const routes = serviceRoutes(snapshot, service, need.port);
  if (from === undefined || routes.length === 0) return undefined;
  const flows = routes.map((route) => blockedRoute(snapshot, from, service, route));
  // Who does not say which port may mean one that is open.
  const [first] = flows;
  if (first === undefined || flows.some((flow) => flow === undefined)) return undefined;
  return { client, need, service, ...first };
}

type Blocked = Pick<BlockedFlow, 'port' | 'protocol' | 'backend' | 'backends' | 'blockedBy'>;

function blockedRoute(
  snapshot: Snapshot,
  from: Pod,
  service: Service,
  { protocol, backends }: ServiceRoute,
): Blocked | undefined {
  const refused: Backend[] = [];
  let found: Blocked | undefined;
  // Members of a headless Service ask for each other; who names a Service with an address that it is behind need not dial it.
  const others = isHeadless(service) ? backends.filter(({ pod }) => pod !== from) : backends;
  for (const { pod, address, port } of others.slice(0, MAX_BACKENDS)) {
    // Where a selector makes the endpoints an address is that of a pod which is not known.
    const to = pod ?? (address === undefined || isManagedService(service) ? undefined : { ip: address });
    if (to === undefined || port === undefined || to === from || !isIsolated(snapshot, from, to)) return undefined;
    const verdict = policyVerdict(snapshot, { from, to, port, protocol });
    if (verdict.allowed !== 'no') return undefined;
    refused.push(to);
    found ??= { port, protocol, backend: to, backends: refused, blockedBy: verdict.blockedBy };
  }
  return found;
}

function isIsolated(snapshot: Snapshot, from: Pod, to: Backend): boolean {
  return (
    hasAdminPolicies(snapshot) ||
    policiesSelecting(snapshot, from, 'Egress').length > 0 ||
    (isPodBackend(to) && policiesSelecting(snapshot, to, 'Ingress').length > 0)
  );
}

/** Whether a pod got stuck under a policy and not before it was made. */
export function startedAfter({ since }: PodState, { metadata }: NetworkPolicy): boolean {
  const created = timeOf(metadata.creationTimestamp);
  return created === undefined || since === undefined || since >= created - SKEW;
}

const HASHES: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
]);

/** Labels by which a policy can name the pods of a workload: those of its selector, else its own without what differs by pod. */
export function peerLabels(snapshot: Snapshot, pod: Pod): StringMap {
  const controller = controllerOf(pod);
  const set =
    controller?.kind === 'ReplicaSet'
      ? present(snapshot, 'ReplicaSet', controller.namespace, controller.name)
      : undefined;
  const keys = Object.keys(set?.spec.selector?.matchLabels ?? pod.metadata.labels ?? {}).filter(
    (key) => !HASHES.has(key),
  );
  return Object.fromEntries(keys.map((key) => [key, labelValue(pod.metadata.labels, key) ?? '']));
}

/** The Service of a flow. */
export function serviceOfFlow({ service }: BlockedFlow): ReturnType<typeof refOf> {
  return refOf(service);
}
