import {
  compareStrings,
  refKey,
  type KubernetesObject,
  type Pod,
  type PodTemplateSpec,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { presentObject, TEMPLATE_KINDS, templateOf, topOwner } from '../owners.ts';
import { isFinished } from '../pods-by-label.ts';
import { refOf } from '../refs.ts';
import { podEnd, type End } from './ends.ts';
import { type PolicyEngine } from './policy-engine.ts';

/** A workload as one end of connections: pods of the same top owner. */
export interface WorkloadEnd {
  readonly kind: 'workload';
  readonly ns: string;
  readonly name: string;
  /** Kind of the top owner; that of the pod itself where nothing owns it. */
  readonly owner: string;
  /** Its pods are on the network of their nodes, where policies do not reach. */
  readonly hostNetwork?: true;
}

/** Pods of a workload that are alike to policies. */
export interface Member {
  readonly end: End;
  /** How many; more than one where that is not known. */
  readonly count: number;
}

/** A workload with its pods. */
export interface WorkloadPods {
  readonly workload: WorkloadEnd;
  readonly members: readonly Member[];
  /** One pod for each of them. */
  readonly pods: readonly Pod[];
}

interface Gathering {
  readonly ref: Pick<ResourceRef, 'namespace' | 'name' | 'kind'>;
  readonly pods: Pod[];
  /** Pods that are not there, but are made by a template. */
  imagined: number;
}

/**
 * Every workload with its pods, in order of namespace, name and kind. Where the input holds a template and none of its pods, as
 * manifests do, the pods are what the template would make.
 */
export function workloadPods(snapshot: Snapshot, engine: PolicyEngine): readonly WorkloadPods[] {
  const found = new Map<string, Gathering>();
  const owned = new Set<string>();
  for (const pod of snapshot.list('Pod')) {
    const owner = ownerOf(snapshot, pod);
    if (!isFinished(pod)) gather(found, owner).pods.push(pod);
    // A Job that is done makes no more pods; other workloads go on.
    if (!isFinished(pod) || owner.kind === 'Job') owned.add(keyOf(owner));
  }
  for (const { object, template } of templates(snapshot)) {
    const owner = topOwner(snapshot, object);
    if (owned.has(keyOf(owner)) || found.has(keyOf(owner)) || wantsNone(snapshot, object)) continue;
    const gathered = gather(found, owner);
    gathered.pods.push(imaginedPod(owner, template));
    gathered.imagined = replicasOf(object) ?? 2;
  }
  return [...found.values()]
    .filter(({ pods }) => pods.length > 0)
    .map((gathered) => workloadOf(engine, gathered))
    .toSorted(
      ({ workload: a }, { workload: b }) =>
        compareStrings(a.ns, b.ns) || compareStrings(a.name, b.name) || compareStrings(a.owner, b.owner),
    );
}

function gather(found: Map<string, Gathering>, owner: Gathering['ref']): Gathering {
  const key = keyOf(owner);
  const known = found.get(key) ?? { ref: owner, pods: [], imagined: 0 };
  found.set(key, known);
  return known;
}

function keyOf({ namespace = '', kind, name }: Gathering['ref']): string {
  return `${namespace}/${kind}/${name}`;
}

/** Files made by hand have owner references without a kind; pods that name the same owner belong together all the same. */
function ownerOf(snapshot: Snapshot, pod: Pod): Gathering['ref'] {
  const nameless = pod.metadata.ownerReferences?.find(({ controller, kind }) => controller === true && kind === '');
  return nameless === undefined ? topOwner(snapshot, pod) : { ...refOf(pod), name: nameless.name };
}

/** Objects with a template that no object in the input is above of, and what is above them. */
function* templates(
  snapshot: Snapshot,
): Iterable<{ readonly object: KubernetesObject; readonly template: PodTemplateSpec }> {
  for (const kind of TEMPLATE_KINDS) {
    for (const object of snapshot.list(kind)) {
      const template = templateOf(object);
      if (template === undefined) continue;
      const owner = topOwner(snapshot, object);
      const above = refKey(owner) === refKey(refOf(object)) ? undefined : presentObject(snapshot, owner);
      if (above === undefined || templateOf(above) === undefined) yield { object, template };
    }
  }
}

/** Where all pods are known, a workload without pods has none. */
function wantsNone(snapshot: Snapshot, object: KubernetesObject): boolean {
  return snapshot.coverage.state('Pod', object.metadata.namespace) === 'complete' && replicasOf(object) === 0;
}

function replicasOf(object: KubernetesObject): number | undefined {
  const spec: unknown = Reflect.get(object, 'spec');
  const replicas: unknown = typeof spec === 'object' && spec !== null ? Reflect.get(spec, 'replicas') : undefined;
  if (typeof replicas === 'number') return replicas;
  return object.kind === 'DaemonSet' || object.kind === 'CronJob' || object.kind === 'Job' ? undefined : 1;
}

function imaginedPod({ namespace, name }: ResourceRef, { metadata, spec }: PodTemplateSpec): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(metadata?.labels !== undefined && { labels: metadata.labels }),
    },
    spec,
  };
}

function workloadOf(engine: PolicyEngine, { ref, pods, imagined }: Gathering): WorkloadPods {
  const { namespace: ns = '', kind: owner, name } = ref;
  const classes = new Map<number, { pod: Pod; count: number }>();
  for (const pod of pods) {
    const { id } = engine.classOf(pod);
    const known = classes.get(id);
    if (known === undefined) classes.set(id, { pod, count: Math.max(1, imagined) });
    else known.count += 1;
  }
  const text = `${owner}/${ns}/${name}`;
  return {
    pods: [...classes.values()].map(({ pod }) => pod),
    workload: {
      kind: 'workload',
      ns,
      name,
      owner,
      ...(pods.every(({ spec }) => spec.hostNetwork === true) && { hostNetwork: true }),
    },
    members: [...classes.values()].map(({ pod, count }) => ({ end: { ...podEnd(pod), text }, count })),
  };
}
