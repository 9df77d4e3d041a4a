import {
  isTemplateCopy,
  labelValue,
  matchesLabels,
  memoize,
  nearNames,
  podsMatching,
  podsOf,
  podState,
  refOf,
  serviceEndpoints,
  topOwner,
  workloads,
  workloadsSelectedBy,
} from '@kroot/graph';
import {
  compareRefs,
  refKey,
  type Pod,
  type ResourceRef,
  type Service,
  type ServicePort,
  type Snapshot,
  type StringMap,
} from '@kroot/types';

/** A label that a selector asks for and the nearest pods have otherwise. */
export interface LabelDifference {
  readonly key: string;
  readonly wanted: string;
  /** Absent when they do not have the label at all. */
  readonly has?: string;
}

/** The workload whose pods come nearest to a selector. */
interface NearestPods {
  readonly owner: ResourceRef;
  readonly differs: readonly LabelDifference[];
}

/** A Service whose selector fits no pod and no workload. */
export interface SelectorMiss {
  readonly service: Service;
  readonly selector: StringMap;
  /** The one label without which the selector fits pods. */
  readonly extra?: { readonly key: string; readonly fits: number };
  readonly nearest?: NearestPods;
  /** Controllers set a label that is missing while pods run (a leader mark): its absence comes and goes. */
  readonly dynamic: boolean;
}

/** All such Services; only where all pods of the namespace are known. */
export const selectorMisses: (snapshot: Snapshot) => readonly SelectorMiss[] = memoize((snapshot) =>
  snapshot.list('Service').flatMap((service) => {
    const { managed, selected, selectedComplete, workloads: behind } = serviceEndpoints(snapshot, service);
    if (!managed || !selectedComplete || selected.length > 0 || behind.length > 0) return [];
    return [missOf(snapshot, service)];
  }),
);

function missOf(snapshot: Snapshot, service: Service): SelectorMiss {
  const { namespace = '' } = service.metadata;
  const selector = service.spec?.selector ?? {};
  const extra = extraKey(snapshot, namespace, selector);
  const nearest = nearestPods(snapshot, service, selector, extra?.key);
  const missing = extra === undefined ? Object.keys(selector) : [extra.key];
  return {
    service,
    selector,
    ...(extra === undefined ? {} : { extra }),
    ...(nearest === undefined ? {} : { nearest }),
    dynamic: missing.some((key) => isSetAtRunTime(snapshot, namespace, key)),
  };
}

function extraKey(snapshot: Snapshot, namespace: string, selector: StringMap): SelectorMiss['extra'] {
  const keys = Object.keys(selector).toSorted();
  if (keys.length < 2) return undefined;
  const found = keys
    .map((key) => {
      const rest = Object.fromEntries(Object.entries(selector).filter(([name]) => name !== key));
      const pods = podsMatching(snapshot, namespace, { matchLabels: rest }).length;
      return { key, fits: pods > 0 ? pods : workloadsSelectedBy(snapshot, namespace, rest).length };
    })
    .filter(({ fits }) => fits > 0);
  // The fewer pods are left, the more the rest of the selector says.
  return found.toSorted((a, b) => a.fits - b.fits)[0];
}

interface Candidate {
  readonly owner: ResourceRef;
  readonly labels: StringMap;
  readonly ports: readonly number[];
}

const candidatesByNamespace = memoize((snapshot: Snapshot) => {
  const found = new Map<string, Candidate[]>();
  const add = (candidate: Candidate): void => {
    const namespace = candidate.owner.namespace ?? '';
    const known = found.get(namespace);
    if (known === undefined) found.set(namespace, [candidate]);
    else known.push(candidate);
  };
  for (const { ref, object, template } of workloads(snapshot)) {
    if (ref.kind === 'Job' || ref.kind === 'CronJob' || isTemplateCopy(object)) continue;
    const [pod] = podsOf(snapshot, ref);
    const labels = pod?.metadata.labels ?? template.metadata?.labels ?? {};
    add({ owner: ref, labels, ports: portsOf(template.spec.containers) });
  }
  for (const pod of snapshot.list('Pod')) {
    const owner = topOwner(snapshot, pod);
    if (owner.kind === 'Pod') add({ owner, labels: pod.metadata.labels ?? {}, ports: portsOf(pod.spec.containers) });
  }
  return found;
});

function portsOf(containers: Pod['spec']['containers']): readonly number[] {
  return containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
}

/** The nearest by labels that fit, then by name, then by a value that is spelled alike; nothing when nothing of that fits. */
function nearestPods(
  snapshot: Snapshot,
  { metadata, spec }: Service,
  selector: StringMap,
  extra: string | undefined,
): NearestPods | undefined {
  const entries = Object.entries(selector);
  const ranked = (candidatesByNamespace(snapshot).get(metadata.namespace ?? '') ?? [])
    .map((candidate) => ({ candidate, score: scoreOf(candidate, metadata.name, entries, extra, spec?.ports ?? []) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || compareRefs(a.candidate.owner, b.candidate.owner));
  const best = ranked[0]?.candidate;
  if (best === undefined) return undefined;
  const differs = entries
    .filter(([key, value]) => labelValue(best.labels, key) !== value)
    .map(([key, wanted]): LabelDifference => {
      const has = labelValue(best.labels, key);
      return has === undefined ? { key, wanted } : { key, wanted, has };
    });
  return { owner: best.owner, differs };
}

function scoreOf(
  { owner, labels, ports }: Candidate,
  name: string,
  entries: readonly (readonly [string, string])[],
  extra: string | undefined,
  servicePorts: readonly ServicePort[],
): number {
  const fits = entries.filter(([key, value]) => labelValue(labels, key) === value).length;
  if (extra !== undefined && !matchesLabels(Object.fromEntries(entries.filter(([key]) => key !== extra)), labels))
    return 0;
  const alike = entries.filter(([key, value]) => {
    const has = labelValue(labels, key);
    return has !== undefined && has !== value && nearNames(value, [has]).length > 0;
  }).length;
  const named = owner.name === name ? 4 : nearNames(name, [owner.name]).length;
  if (fits === 0 && alike === 0 && named === 0) return 0;
  const port = servicePorts.some(({ port: number, targetPort }) =>
    ports.includes(typeof targetPort === 'number' ? targetPort : number),
  );
  return fits * 10 + alike * 5 + named + (port ? 1 : 0);
}

/** A label that pods of the namespace have and the templates that they are made from have not. */
function isSetAtRunTime(snapshot: Snapshot, namespace: string, key: string): boolean {
  return dynamicKeys(snapshot).get(namespace)?.has(key) === true;
}

const dynamicKeys = memoize((snapshot: Snapshot) => {
  const found = new Map<string, Set<string>>();
  for (const { ref, template } of workloads(snapshot)) {
    for (const pod of podsOf(snapshot, ref)) {
      const { namespace = '' } = pod.metadata;
      const keys = found.get(namespace) ?? new Set<string>();
      for (const key of Object.keys(pod.metadata.labels ?? {})) {
        if (labelValue(template.metadata?.labels, key) === undefined) keys.add(key);
      }
      found.set(namespace, keys);
    }
  }
  return found;
});

const servedWorkloads = memoize(
  (snapshot: Snapshot) =>
    new Set(
      snapshot
        .list('Service')
        .flatMap((service) => serviceEndpoints(snapshot, service).workloads.map((target) => refKey(target))),
    ),
);

/**
 * Whether the nearest pods are ready and no Service leads to them, although the selector fits but for one label or the
 * workload has the very name of the Service: then it is hard to see what else the Service is for.
 */
export function leavesPodsAlone(snapshot: Snapshot, { service, nearest, extra }: SelectorMiss): boolean {
  if (nearest === undefined || servedWorkloads(snapshot).has(refKey(nearest.owner))) return false;
  if (extra === undefined && nearest.owner.name !== service.metadata.name) return false;
  return podsOf(snapshot, nearest.owner).some((pod) => podState(snapshot, pod).stage === 'ready');
}

/** Whether an older revision of some Deployment of the namespace had pods that the selector fits: the labels were changed since. */
export function fittedBefore(snapshot: Snapshot, { service, selector }: SelectorMiss): ResourceRef | undefined {
  const old = snapshot
    .list('ReplicaSet', service.metadata.namespace)
    .find((set) => isTemplateCopy(set) && matchesLabels(selector, set.spec.template?.metadata?.labels));
  return old === undefined ? undefined : refOf(old);
}
