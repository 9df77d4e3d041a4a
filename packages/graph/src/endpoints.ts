import {
  ref,
  refKey,
  type EndpointSlice,
  type Endpoints,
  type Pod,
  type ResourceRef,
  type Service,
  type ServicePort,
  type Snapshot,
  type TargetRef,
} from '@kroot/types';
import { groupBy } from './group-by.ts';
import { memoize } from './memo.ts';
import { isFinished, podAddresses, podsMatching } from './pods-by-label.ts';
import { refOf, refTo } from './refs.ts';
import { workloadsSelectedBy } from './service-workloads.ts';
import { resolveTargetPort } from './target-ports.ts';

/** A port of an endpoint: the number on the pod, after targetPort was resolved. */
export interface EndpointPort {
  /** The Service port's name, '' for the only one. */
  readonly name: string;
  /** Absent means every port. */
  readonly port?: number;
  readonly protocol: string;
}

/** One address behind a Service. A dual-stack pod has one for each family. */
export interface EndpointAddress {
  readonly address: string;
  readonly ready: boolean;
  /** Answers, although it may be terminating; proxies fall back to such addresses when none is ready. */
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly target?: ResourceRef;
  /** The target, when it is a pod of the snapshot. */
  readonly pod?: Pod;
  readonly nodeName?: string;
  readonly ports: readonly EndpointPort[];
}

/** What stands behind a Service. */
export interface ServiceEndpoints {
  /** Where the addresses come from: stated by the cluster, computed from its pods, or not known. */
  readonly source: 'EndpointSlice' | 'Endpoints' | 'computed' | 'unknown';
  /** Whether these are proved to be all addresses: only then does an empty list say that there is none. */
  readonly complete: boolean;
  readonly ready: readonly EndpointAddress[];
  readonly notReady: readonly EndpointAddress[];
  /** Kubernetes itself makes the endpoints: the Service has a selector and is no ExternalName. */
  readonly managed: boolean;
  /** The pods that the selector selects, in any phase. */
  readonly selected: readonly Pod[];
  /** Whether `selected` is proved to be all such pods. */
  readonly selectedComplete: boolean;
  /** The workloads whose template the selector selects. */
  readonly workloads: readonly ResourceRef[];
}

const SERVICE_NAME = 'kubernetes.io/service-name';

const known = memoize(() => new WeakMap<Service, ServiceEndpoints>());

const slicesByService = memoize((snapshot: Snapshot) =>
  groupBy(snapshot.list('EndpointSlice'), (slice) => {
    const labels = slice.metadata.labels ?? {};
    return Object.hasOwn(labels, SERVICE_NAME)
      ? `${slice.metadata.namespace ?? ''}/${labels[SERVICE_NAME] ?? ''}`
      : undefined;
  }),
);

const podsByRef = memoize(
  (snapshot: Snapshot) =>
    new Map(snapshot.list('Pod').map((pod) => [refKey(ref('Pod', pod.metadata.namespace, pod.metadata.name)), pod])),
);

/**
 * The endpoints of a Service, once per snapshot: what EndpointSlices say, else the older Endpoints, else what the
 * endpoint controller would make of the pods when all of them are known.
 * https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
 */
export function serviceEndpoints(snapshot: Snapshot, service: Service): ServiceEndpoints {
  const have = known(snapshot).get(service);
  if (have !== undefined) return have;
  const made = compute(snapshot, service);
  known(snapshot).set(service, made);
  return made;
}

/** Whether Kubernetes makes the endpoints of this Service from a selector. */
export function isManagedService(service: Service): boolean {
  return service.spec?.type !== 'ExternalName' && Object.keys(service.spec?.selector ?? {}).length > 0;
}

function compute(snapshot: Snapshot, service: Service): ServiceEndpoints {
  const { namespace = '' } = service.metadata;
  const managed = isManagedService(service);
  const matchLabels = service.spec?.selector ?? {};
  const selected = managed ? podsMatching(snapshot, namespace, { matchLabels }) : [];
  const selectedComplete = !managed || snapshot.coverage.state('Pod', namespace) === 'complete';
  const workloads = managed ? workloadsSelectedBy(snapshot, namespace, matchLabels) : [];
  // An ExternalName is a DNS alias: it has no endpoints, whatever else lies around under its name.
  const addresses =
    service.spec?.type === 'ExternalName'
      ? split('computed', true, [])
      : (statedAddresses(snapshot, service, selected) ??
        unstatedAddresses(snapshot, service, selectedComplete ? selected : undefined));
  return { ...addresses, managed, selected, selectedComplete, workloads };
}

type Addresses = Pick<ServiceEndpoints, 'source' | 'complete' | 'ready' | 'notReady'>;

function statedAddresses(snapshot: Snapshot, { metadata }: Service, selected: readonly Pod[]): Addresses | undefined {
  const { namespace = '', name } = metadata;
  const slices = slicesByService(snapshot).get(`${namespace}/${name}`) ?? [];
  if (slices.length > 0) {
    const complete = snapshot.coverage.state('EndpointSlice', namespace) === 'complete';
    const addresses = slices.flatMap((slice) => sliceAddresses(snapshot, slice));
    return split('EndpointSlice', complete, withSelectedPods(addresses, selected));
  }
  const older = snapshot.lookup({ ...ref('Endpoints', namespace, name), kind: 'Endpoints' });
  if (older.state !== 'present') return undefined;
  return split(
    'Endpoints',
    !isTruncated(older.object),
    withSelectedPods(subsetAddresses(snapshot, older.object), selected),
  );
}

/**
 * Captures that were made from printed tables have addresses without targets. The controller only takes addresses of pods
 * that the selector selects, so the one of them that has the address is the target; host network pods may share one.
 */
function withSelectedPods(addresses: readonly EndpointAddress[], selected: readonly Pod[]): readonly EndpointAddress[] {
  if (selected.length === 0 || addresses.every(({ target }) => target !== undefined)) return addresses;
  const holders = new Map<string, Pod | undefined>();
  for (const pod of selected) {
    if (isFinished(pod)) continue;
    for (const address of podAddresses(pod)) holders.set(address, holders.has(address) ? undefined : pod);
  }
  return addresses.map((endpoint) => {
    const pod = endpoint.target === undefined ? holders.get(endpoint.address) : undefined;
    return pod === undefined ? endpoint : { ...endpoint, target: refOf(pod), pod };
  });
}

/** `selected` is given when it is all that the selector selects. */
function unstatedAddresses(snapshot: Snapshot, service: Service, selected: readonly Pod[] | undefined): Addresses {
  if (isManagedService(service)) {
    if (selected === undefined) return split('unknown', false, []);
    return split(
      'computed',
      true,
      selected.flatMap((pod) => computedAddresses(service, pod)),
    );
  }
  const { namespace = '' } = service.metadata;
  const none = ['EndpointSlice', 'Endpoints'].every((kind) => snapshot.coverage.state(kind, namespace) === 'complete');
  return none ? split('EndpointSlice', true, []) : split('unknown', false, []);
}

function split(
  source: ServiceEndpoints['source'],
  complete: boolean,
  addresses: readonly EndpointAddress[],
): Addresses {
  return {
    source,
    complete,
    ready: addresses.filter(({ ready }) => ready),
    notReady: addresses.filter(({ ready }) => !ready),
  };
}

function sliceAddresses(snapshot: Snapshot, slice: EndpointSlice): readonly EndpointAddress[] {
  const ports = endpointPorts(slice.ports ?? []);
  return (slice.endpoints ?? []).flatMap(({ addresses = [], conditions = {}, targetRef, nodeName }) => {
    // A terminating address is ready only where its Service publishes addresses that are not ready; the slice says so.
    const ready = conditions.ready ?? true;
    const state = { ready, serving: conditions.serving ?? ready, terminating: conditions.terminating ?? false };
    const target = targetOf(snapshot, slice, targetRef, nodeName);
    const common = { ...state, ...target, ports };
    return addresses.map((address): EndpointAddress => Object.assign({ address }, common));
  });
}

/** Endpoints hold 1000 addresses at most; the controller marks those that it cut. */
function isTruncated(endpoints: Endpoints): boolean {
  const annotations = endpoints.metadata.annotations ?? {};
  const mark = 'endpoints.kubernetes.io/over-capacity';
  return Object.hasOwn(annotations, mark) && annotations[mark] === 'truncated';
}

function subsetAddresses(snapshot: Snapshot, endpoints: Endpoints): readonly EndpointAddress[] {
  return (endpoints.subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [], ports: listed = [] }) => {
    const ports = endpointPorts(listed);
    const make = (ready: boolean, list: typeof addresses): readonly EndpointAddress[] =>
      list.map(({ ip = '', targetRef, nodeName }) => ({
        address: ip,
        ready,
        serving: ready,
        terminating: false,
        ...targetOf(snapshot, endpoints, targetRef, nodeName),
        ports,
      }));
    return make(true, addresses).concat(make(false, notReadyAddresses));
  });
}

function endpointPorts(
  ports: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[],
): readonly EndpointPort[] {
  return ports.map(({ name = '', port, protocol = 'TCP' }) =>
    port === undefined ? { name, protocol } : { name, port, protocol },
  );
}

function targetOf(
  snapshot: Snapshot,
  holder: EndpointSlice | Endpoints,
  targetRef: TargetRef | undefined,
  nodeName: string | undefined,
): Pick<EndpointAddress, 'target' | 'pod' | 'nodeName'> {
  const target = targetRef === undefined ? undefined : refTo(targetRef, holder.metadata.namespace);
  const pod = target?.kind === 'Pod' ? podsByRef(snapshot).get(refKey(target)) : undefined;
  return {
    ...(target === undefined ? {} : { target }),
    ...(pod === undefined ? {} : { pod }),
    ...(nodeName === undefined ? {} : { nodeName }),
  };
}

/**
 * What the endpoint controller makes of a pod: nothing before it has an address or after it has finished.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/endpointslice/utils.go (podToEndpoint, ShouldPodBeInEndpoints)
 */
function computedAddresses(service: Service, pod: Pod): readonly EndpointAddress[] {
  if (isFinished(pod)) return [];
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = (pod.status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const ports = (service.spec?.ports ?? []).flatMap((port): readonly EndpointPort[] => {
    const number = resolveTargetPort(port, pod);
    // A pod that lacks the named port is no endpoint of this port.
    return number === undefined ? [] : [{ name: port.name ?? '', port: number, protocol: port.protocol ?? 'TCP' }];
  });
  const { nodeName } = pod.spec;
  const common = {
    ready,
    serving,
    terminating,
    target: ref('Pod', pod.metadata.namespace, pod.metadata.name),
    pod,
    ...(nodeName === undefined ? {} : { nodeName }),
    ports,
  };
  return podAddresses(pod).map((address): EndpointAddress => Object.assign({ address }, common));
}

/** Where one port of a Service leads on one backend. */
export interface BackendPort {
  /** The backend's pod, when it is known. */
  readonly pod?: Pod;
  readonly address?: string;
  /** The port on the backend; undefined when the backend does not have the named port. */
  readonly port?: number;
  readonly ready: boolean;
}

/**
 * Where a Service port leads: on every address behind it, else on every live pod that the selector selects. The number
 * may differ from pod to pod, as a named targetPort is looked up on each.
 */
export function backendPorts(snapshot: Snapshot, service: Service, port: ServicePort): readonly BackendPort[] {
  const { ready, notReady, selected } = serviceEndpoints(snapshot, service);
  const addresses = [...ready, ...notReady];
  if (addresses.length === 0) {
    return selected
      .filter((pod) => !isFinished(pod))
      .map((pod) => withPort({ pod, ready: false }, resolveTargetPort(port, pod)));
  }
  const protocol = port.protocol ?? 'TCP';
  return addresses.map((endpoint) => {
    const stated = endpoint.ports.find((each) => each.name === (port.name ?? '') && each.protocol === protocol);
    const own = endpoint.pod === undefined ? undefined : resolveTargetPort(port, endpoint.pod);
    const backend = { address: endpoint.address, ready: endpoint.ready };
    return withPort(endpoint.pod === undefined ? backend : { ...backend, pod: endpoint.pod }, stated?.port ?? own);
  });
}

function withPort(backend: BackendPort, port: number | undefined): BackendPort {
  return port === undefined ? backend : { ...backend, port };
}
