import {
  controllerOf,
  labelValue,
  memoize,
  policiesSelecting,
  policyVerdict,
  refOf,
  serviceRoutes,
  timeOf,
  type Blocker,
  type PodState,
  type ServiceReference,
  type ServiceRoute,
} from '@kroot/graph';
import { type NetworkPolicy, type Pod, type Service, type Snapshot, type StringMap } from '@kroot/types';
import { clients, type Client } from './clients.ts';
import { present } from './present.ts';
import { referencesOf } from './reference-fault.ts';

const MAX_BACKENDS = 5;
const SKEW = 120_000;

/** A connection that a client's settings ask for and that policies refuse to every backend. */
export interface BlockedFlow {
  readonly client: Client;
  readonly reference: ServiceReference;
  readonly service: Service;
  /** On the pods, after translation. */
  readonly port: number;
  readonly protocol: string;
  readonly backend: Pod;
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
  return clients(snapshot).flatMap((client) =>
    referencesOf(snapshot, client).flatMap((reference) => {
      const service = reference.certain
        ? present(snapshot, 'Service', reference.service.namespace, reference.service.name)
        : undefined;
      return service === undefined ? [] : (flowOf(snapshot, client, reference, service) ?? []);
    }),
  );
});

function flowOf(
  snapshot: Snapshot,
  client: Client,
  reference: ServiceReference,
  service: Service,
): BlockedFlow | undefined {
  const from = client.pods[0]?.pod;
  const routes = serviceRoutes(snapshot, service, reference.port);
  if (from === undefined || routes.length === 0) return undefined;
  const flows = routes.map((route) => blockedRoute(snapshot, from, route));
  // Who does not say which port may mean one that is open.
  const [first] = flows;
  if (first === undefined || flows.some((flow) => flow === undefined)) return undefined;
  return { client, reference, service, ...first };
}

function blockedRoute(
  snapshot: Snapshot,
  from: Pod,
  { protocol, backends }: ServiceRoute,
): Omit<BlockedFlow, 'client' | 'reference' | 'service'> | undefined {
  let found: Omit<BlockedFlow, 'client' | 'reference' | 'service'> | undefined;
  for (const { pod, port } of backends.slice(0, MAX_BACKENDS)) {
    if (pod === undefined || port === undefined || pod === from || !isIsolated(snapshot, from, pod)) return undefined;
    const verdict = policyVerdict(snapshot, { from, to: pod, port, protocol });
    if (verdict.allowed !== 'no') return undefined;
    found ??= { port, protocol, backend: pod, blockedBy: verdict.blockedBy };
  }
  return found;
}

function isIsolated(snapshot: Snapshot, from: Pod, to: Pod): boolean {
  return (
    hasAdminPolicies(snapshot) ||
    policiesSelecting(snapshot, from, 'Egress').length > 0 ||
    policiesSelecting(snapshot, to, 'Ingress').length > 0
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
]);

/** Labels by which a policy can name the pods of a workload: those of its selector, else its own without hashes. */
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
