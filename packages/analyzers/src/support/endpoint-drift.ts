import {
  isManagedService,
  labelValue,
  memoize,
  podAddresses,
  podState,
  refOf,
  resolveTargetPort,
  serviceEndpoints,
  timeOf,
} from '@kroot/graph';
import { refKey, type EndpointSlice, type Pod, type ResourceRef, type Service, type Snapshot } from '@kroot/types';
import { readySince } from './clients.ts';

/** The controller follows its pods within seconds; lists of one capture are seconds apart. */
const SETTLED = 120_000;

/** A Service of which ready pods are missing in its EndpointSlices. */
export interface StaleService {
  readonly service: Service;
  readonly missing: readonly Pod[];
  readonly since: number;
  readonly readyEndpoints: number;
  /** It has no slice at all: the controller makes an empty one at once, so the input may just lack them. */
  readonly unseen: boolean;
}

/** All such Services; only where Services, pods and slices are all known. */
export const staleServices: (snapshot: Snapshot) => readonly StaleService[] = memoize((snapshot) =>
  snapshot.list('EndpointSlice').length === 0
    ? []
    : snapshot.list('Service').flatMap((service) => staleService(snapshot, service) ?? []),
);

function staleService(snapshot: Snapshot, service: Service): StaleService | undefined {
  const { metadata } = service;
  const created = timeOf(metadata.creationTimestamp);
  const now = snapshot.now.getTime();
  if (!isManagedService(service) || metadata.deletionTimestamp !== undefined) return undefined;
  if (created === undefined || now - created < SETTLED) return undefined;
  if (snapshot.coverage.state('EndpointSlice', metadata.namespace) !== 'complete') return undefined;
  const { source, ready, notReady, selected, selectedComplete } = serviceEndpoints(snapshot, service);
  if (!selectedComplete || (source !== 'EndpointSlice' && source !== 'computed')) return undefined;
  // Without any slice the addresses are computed: then every ready pod is missing.
  const stated = source === 'EndpointSlice' ? [...ready, ...notReady] : [];
  const targets = new Set(stated.flatMap(({ target }) => (target === undefined ? [] : [refKey(target)])));
  const addresses = new Set(stated.map(({ address }) => address));
  const missing = selected.filter(
    (pod) =>
      belongs(snapshot, service, pod) &&
      !targets.has(refKey(refOf(pod))) &&
      !podAddresses(pod).some((address) => addresses.has(address)),
  );
  const times = missing.map((pod) => readySince(podState(snapshot, pod)) ?? now);
  if (missing.length === 0) return undefined;
  return {
    service,
    missing,
    since: Math.max(created, Math.min(...times)),
    readyEndpoints: source === 'EndpointSlice' ? ready.length : 0,
    unseen: source !== 'EndpointSlice',
  };
}

/** Whether the endpoints of the Service must hold the pod by now. */
function belongs(snapshot: Snapshot, { spec }: Service, pod: Pod): boolean {
  const since = readySince(podState(snapshot, pod));
  if (since === undefined || snapshot.now.getTime() - since < SETTLED) return false;
  const changed = (pod.metadata.changes ?? []).some(({ time, subresource }) => {
    const at = subresource === undefined ? timeOf(time) : undefined;
    return at !== undefined && snapshot.now.getTime() - at < SETTLED;
  });
  const [family = 'IPv4'] = spec?.ipFamilies ?? [];
  const inFamily = podAddresses(pod).some((address) => address.includes(':') === (family === 'IPv6'));
  const ports = spec?.ports ?? [];
  return (
    !changed && inFamily && (ports.length === 0 || ports.some((port) => resolveTargetPort(port, pod) !== undefined))
  );
}

/** A slice that sends to pods which do not exist. */
export interface DeadSlice {
  readonly slice: EndpointSlice;
  readonly service: string;
  readonly gone: readonly ResourceRef[];
  readonly all: number;
}

/** Slices that nobody has touched for a while and whose ready addresses belong to pods that are proved not to exist. */
export const deadSlices: (snapshot: Snapshot) => readonly DeadSlice[] = memoize((snapshot) =>
  snapshot.list('EndpointSlice').flatMap((slice) => {
    if (!isSettled(snapshot, slice)) return [];
    const ready = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    const gone = ready.flatMap(({ targetRef }): readonly ResourceRef[] => {
      const { kind, name, namespace = slice.metadata.namespace ?? '' } = targetRef ?? {};
      const target = { group: '', kind: 'Pod', namespace, name: name ?? '' };
      return kind === 'Pod' && name !== undefined && snapshot.lookup(target).state === 'absent' ? [target] : [];
    });
    if (gone.length === 0) return [];
    return [
      {
        slice,
        service: labelValue(slice.metadata.labels, 'kubernetes.io/service-name') ?? '',
        gone,
        all: ready.length,
      },
    ];
  }),
);

const TRIGGERED = 'endpoints.kubernetes.io/last-change-trigger-time';

/** When the slice was written last has to be known: a capture lists pods and slices one after the other. */
function isSettled(snapshot: Snapshot, { metadata }: EndpointSlice): boolean {
  const times = [labelValue(metadata.annotations, TRIGGERED), ...(metadata.changes ?? []).map(({ time }) => time)]
    .map((text) => timeOf(text))
    .filter((time) => time !== undefined);
  return times.length > 0 && snapshot.now.getTime() - Math.max(...times) >= SETTLED;
}
