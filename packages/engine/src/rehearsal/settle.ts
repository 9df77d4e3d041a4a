import { podsOf, refOf, resolveTargetPort, type Workload } from '@kroot/graph';
import {
  refKey,
  type EndpointSlice,
  type KubernetesObject,
  type Pod,
  type ResourceRef,
  type Service,
  type Snapshot,
} from '@kroot/types';
import { type Draft } from '../repair/draft.ts';

/** Does what controllers do once pods are made: endpoints of Services and the counts of workloads follow them. */
export function settle(draft: Draft, remade: readonly Workload[], made: readonly ResourceRef[]): void {
  const snapshot = draft.build();
  for (const namespace of new Set(made.map((pod) => pod.namespace ?? '')))
    setEndpoints(draft, snapshot, namespace, made);
  for (const { ref } of remade) setCounts(draft, podsOf(snapshot, ref), ref);
}

/** Whether a pod takes requests. */
export function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
}

function setEndpoints(draft: Draft, snapshot: Snapshot, namespace: string, made: readonly ResourceRef[]): void {
  const pods = snapshot.list('Pod', namespace);
  const now = new Set(pods.map((pod) => refKey(refOf(pod))));
  const gone = draft.base.list('Pod', namespace).filter((pod) => !now.has(refKey(refOf(pod))));
  const changed = [...gone, ...made.flatMap((pod) => draft.get(pod) ?? [])].filter(
    ({ metadata }) => (metadata.namespace ?? '') === namespace,
  );
  for (const service of snapshot.list('Service', namespace)) {
    const { selector } = service.spec ?? {};
    if (!changed.some((pod) => isSelected(selector, pod))) continue;
    forgetEndpoints(draft, service);
    const slice = sliceOf(
      service,
      pods.filter((pod) => isSelected(selector, pod)),
    );
    draft.put(refOf(slice), slice);
  }
}

function forgetEndpoints(draft: Draft, { metadata: { name, namespace } }: Service): void {
  for (const slice of draft.base.list('EndpointSlice', namespace))
    if (slice.metadata.labels?.['kubernetes.io/service-name'] === name) draft.remove(refOf(slice));
  for (const endpoints of draft.base.list('Endpoints', namespace))
    if (endpoints.metadata.name === name) draft.remove(refOf(endpoints));
}

function sliceOf(service: Service, pods: readonly Pod[]): EndpointSlice {
  const { name, namespace } = service.metadata;
  const [first] = pods;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-foreseen`,
      ...(namespace !== undefined && { namespace }),
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    },
    addressType: 'IPv4',
    endpoints: pods.flatMap((pod) => {
      const { podIP } = pod.status ?? {};
      const { nodeName } = pod.spec;
      if (podIP === undefined) return [];
      const ready = isReady(pod) || service.spec?.publishNotReadyAddresses === true;
      return {
        addresses: [podIP],
        conditions: { ready, serving: ready, terminating: false },
        targetRef: { kind: 'Pod', name: pod.metadata.name, ...(namespace !== undefined && { namespace }) },
        ...(nodeName !== undefined && { nodeName }),
      };
    }),
    ports: (service.spec?.ports ?? []).flatMap((port) => {
      const number = first === undefined ? undefined : resolveTargetPort(port, first);
      return number === undefined ? [] : { name: port.name ?? '', port: number, protocol: port.protocol ?? 'TCP' };
    }),
  };
}

function isSelected(selector: Readonly<Record<string, string>> = {}, { metadata }: KubernetesObject): boolean {
  const labels = new Map(Object.entries(metadata.labels ?? {}));
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels.get(key) === value);
}

function setCounts(draft: Draft, pods: readonly Pod[], owner: ResourceRef): void {
  const object = draft.get(owner);
  if (object === undefined) return;
  const { generation } = object.metadata;
  const [all, ready] = [pods.length, pods.filter(isReady).length];
  const counts =
    owner.kind === 'DaemonSet'
      ? { desiredNumberScheduled: all, currentNumberScheduled: all, numberReady: ready, numberAvailable: ready }
      : { replicas: all, readyReplicas: ready, availableReplicas: ready };
  const status = { ...(generation !== undefined && { observedGeneration: generation }), ...counts };
  const settled: KubernetesObject & { readonly status: unknown } = { ...object, status };
  draft.put(owner, settled);
}
