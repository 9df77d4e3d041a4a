import {
  builtinKind,
  refKey,
  type CronJob,
  type DaemonSet,
  type Deployment,
  type Job,
  type KubernetesObject,
  type OwnerReference,
  type Pod,
  type PodTemplateSpec,
  type ReplicaSet,
  type ReplicationController,
  type ResourceRef,
  type Snapshot,
  type StatefulSet,
} from '@kroot/types';
import { memoize } from './memo.ts';
import { groupOf, refOf, refTo } from './refs.ts';

const MAX_DEPTH = 32;

/**
 * The reference that an ownerReference makes. Owners live in the namespace of what they own or are cluster-scoped; a
 * reference across namespaces does not count, as in the garbage collector.
 */
function ownerRef(owner: OwnerReference, namespace: string | undefined): ResourceRef | undefined {
  return refTo(owner, namespace);
}

/** The controller of an object, if it has one, whether or not it is in the snapshot. */
export function controllerOf(object: KubernetesObject): ResourceRef | undefined {
  const owners = object.metadata.ownerReferences ?? [];
  const controller = owners.find((owner) => owner.controller === true);
  return controller === undefined ? undefined : ownerRef(controller, object.metadata.namespace);
}

/** An object by reference, when it is present. */
export function presentObject(snapshot: Snapshot, target: ResourceRef): KubernetesObject | undefined {
  const found = snapshot.lookup(target);
  return found.state === 'present' ? found.object : undefined;
}

/** The controllers above an object, nearest first. Ends at 32 levels and at the first repetition. */
export function ownerChain(snapshot: Snapshot, object: KubernetesObject): readonly ResourceRef[] {
  const chain: ResourceRef[] = [];
  const seen = new Set([refKey(refOf(object))]);
  let current: KubernetesObject | undefined = object;
  while (current !== undefined && chain.length < MAX_DEPTH) {
    const owner: ResourceRef | undefined = controllerOf(current);
    if (owner === undefined || seen.has(refKey(owner))) break;
    seen.add(refKey(owner));
    chain.push(owner);
    current = presentObject(snapshot, owner);
  }
  return chain;
}

const topOwners = memoize(() => new Map<string, ResourceRef>());

/** The workload that an object belongs to in the end: the last controller above it, or itself. Mirror pods own themselves. */
export function topOwner(snapshot: Snapshot, object: KubernetesObject): ResourceRef {
  const own = refOf(object);
  const known = topOwners(snapshot).get(refKey(own));
  if (known !== undefined) return known;
  const chain = ownerChain(snapshot, object).filter((owner) => owner.kind !== 'Node');
  const top = chain.at(-1) ?? own;
  topOwners(snapshot).set(refKey(own), top);
  return top;
}

const childIndex = memoize((snapshot: Snapshot) => {
  const children = new Map<string, KubernetesObject[]>();
  for (const kind of snapshot.kinds()) {
    if (kind === 'Event') continue;
    for (const object of snapshot.list(kind)) {
      const owner = controllerOf(object);
      if (owner === undefined) continue;
      const key = refKey(owner);
      const known = children.get(key);
      if (known === undefined) children.set(key, [object]);
      else known.push(object);
    }
  }
  return children;
});

/** What an object controls directly, in the snapshot's order of kinds and names. */
export function controlledBy(snapshot: Snapshot, owner: ResourceRef): readonly KubernetesObject[] {
  return childIndex(snapshot).get(refKey(owner)) ?? [];
}

/** The pods that an object controls, directly or through others. */
export function podsOf(snapshot: Snapshot, owner: ResourceRef): readonly Pod[] {
  const pods: Pod[] = [];
  const queue = [owner];
  const seen = new Set<string>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(refKey(next))) continue;
    seen.add(refKey(next));
    for (const child of controlledBy(snapshot, next)) {
      if (isPod(child)) pods.push(child);
      else queue.push(refOf(child));
    }
  }
  return pods;
}

function isPod(object: KubernetesObject): object is Pod {
  return object.kind === 'Pod' && builtinKind('Pod') !== undefined;
}

/** A workload and the template of its pods. */
export interface Workload {
  readonly ref: ResourceRef;
  readonly object: KubernetesObject;
  readonly template: PodTemplateSpec;
  /** The pods that it wants; undefined for DaemonSets, Jobs and CronJobs. */
  readonly replicas?: number;
}

/** The built-in kinds with a pod template, sorted. */
export const TEMPLATE_KINDS: readonly [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
] = ['CronJob', 'DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'ReplicationController', 'StatefulSet'];

/** Whether an object's pod template is a copy, perhaps an older one, of its controller's: ReplicaSets of Deployments. */
export function isTemplateCopy(object: KubernetesObject): boolean {
  const controller = controllerOf(object);
  if (controller === undefined || controller.group !== builtinKind(controller.kind)?.group) return false;
  return TEMPLATE_KINDS.some((kind) => kind === controller.kind);
}

/**
 * Every object with a pod template that no other workload controls, in order of kind, namespace and name. What a custom
 * resource controls is a workload: kroot cannot read the template above it.
 */
export const workloads: (snapshot: Snapshot) => readonly Workload[] = memoize((snapshot) => {
  const found: Workload[] = [];
  for (const kind of TEMPLATE_KINDS) {
    for (const object of snapshot.list(kind)) {
      const template = templateOf(object);
      if (template === undefined || isTemplateCopy(object)) continue;
      const replicas = replicasOf(object);
      found.push({ ref: refOf(object), object, template, ...(replicas === undefined ? {} : { replicas }) });
    }
  }
  return found;
});

const REPLICATED: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']);

function replicasOf(object: TemplateObject): number | undefined {
  if ('replicas' in object.spec) return object.spec.replicas;
  return REPLICATED.has(object.kind) ? 1 : undefined;
}

type TemplateObject = CronJob | DaemonSet | Deployment | Job | ReplicaSet | ReplicationController | StatefulSet;

function isTemplateObject(object: KubernetesObject): object is TemplateObject {
  return (
    TEMPLATE_KINDS.some((kind) => kind === object.kind) &&
    groupOf(object.apiVersion) === builtinKind(object.kind)?.group
  );
}

/** The pod template of a workload of a built-in kind. */
export function templateOf(object: KubernetesObject): PodTemplateSpec | undefined {
  if (!isTemplateObject(object)) return undefined;
  return 'jobTemplate' in object.spec ? object.spec.jobTemplate.spec.template : object.spec.template;
}

const workloadIndex = memoize(
  (snapshot: Snapshot) => new Map(workloads(snapshot).map((workload) => [refKey(workload.ref), workload])),
);

/** The workload with this reference, if it is in the snapshot and nothing controls it. */
export function workloadNamed(snapshot: Snapshot, target: ResourceRef): Workload | undefined {
  return workloadIndex(snapshot).get(refKey(target));
}
