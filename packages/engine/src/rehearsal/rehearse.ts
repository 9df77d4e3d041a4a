import {
  controlledBy,
  eventsOf,
  podsMatching,
  podsOf,
  refOf,
  replayScheduling,
  templateOf,
  topOwner,
  workloads,
  type Workload,
} from '@kroot/graph';
import {
  refKey,
  type Container,
  type KubernetesObject,
  type Pod,
  type PodTemplateSpec,
  type ResourceRef,
  type Service,
  type Snapshot,
} from '@kroot/types';
import { Draft } from '../repair/draft.ts';
import { isObject, member, valueAt } from '../repair/json.ts';
import { intendedPods } from './intended-pods.ts';
import { settle } from './settle.ts';
import { survivors } from './survivors.ts';
import { isSameTemplate } from './same-template.ts';

/** What becomes of a cluster when manifests are applied. */
export interface Rehearsal {
  readonly snapshot: Snapshot;
  /** The pods that are made of the templates; whatever is said of them is foreseen. */
  readonly made: readonly ResourceRef[];
  /** Objects of the manifests that the cluster has not, and those that it has. */
  readonly created: readonly ResourceRef[];
  readonly updated: readonly ResourceRef[];
  /** Updated workloads that get new pods, which are to the rest of the cluster what the old ones were: other programs, nothing else. */
  readonly reshipped: readonly ResourceRef[];
}

/** Whether nothing stands in the way of a pod that is going to be made. */
export type CanStart = (pod: ResourceRef) => boolean;

/** What is known beside the manifests. */
export interface RehearseOptions {
  readonly isOpen?: IsOpen;
  /** Leaves the old pods to workloads that are only reshipped, with all that is said of them. */
  readonly keepsReshipped?: boolean;
}

/** Whether pods behind a new Service are made by a controller that no manifest shows: who answers for it is unknown. */
export type IsOpen = (service: Service) => boolean;

/**
 * Applies manifests to a snapshot as `kubectl apply` would and makes the pods that the workloads will make. A workload with
 * an unchanged template keeps its pods. Without a cluster, `base` is the snapshot of the manifests themselves. Pods that
 * can start are ready; of the others nothing is known but their specs.
 */
export function rehearse(
  base: Snapshot,
  manifests: Snapshot,
  canStart: CanStart,
  { isOpen = () => false, keepsReshipped = false }: RehearseOptions = {},
): Rehearsal {
  const draft = new Draft(base);
  const { created, kept, reshipped, updated } = apply(draft, manifests, keepsReshipped);
  const remade: Remade[] = [];
  for (const workload of workloads(manifests)) {
    if (kept.has(refKey(workload.ref))) continue;
    const stays = base === manifests ? NONE : survivors(base, workload, canStart);
    remade.push({ workload, isStuck: stays.size > 0 });
    if (base !== manifests) forget(draft, workload.ref, stays);
  }
  const isPlaced = base !== manifests && base.coverage.state('Node') === 'complete';
  const made = remade.flatMap((one, i) =>
    put(draft, one, canStart, isPlaced && i < MAX_PLACED ? (pod) => placeOf(draft, pod) : () => ANY_NODE),
  );
  if (base !== manifests)
    settle(
      draft,
      remade.map(({ workload }) => workload),
      made,
    );
  return { snapshot: withOpenServices(draft, created, isOpen), made, created, updated, reshipped };
}

/** Which objects are new, which change, and which workloads keep their pods. */
interface Applied extends Pick<Rehearsal, 'created' | 'reshipped' | 'updated'> {
  readonly kept: ReadonlySet<string>;
}

function apply(draft: Draft, manifests: Snapshot, keepsReshipped: boolean): Applied {
  const [created, updated, reshipped]: [ResourceRef[], ResourceRef[], ResourceRef[]] = [[], [], []];
  const kept = new Set<string>();
  const isAlone = draft.base === manifests;
  for (const object of manifests.kinds().flatMap((kind): readonly KubernetesObject[] => manifests.list(kind))) {
    const target = refOf(object);
    const live = isAlone ? undefined : draft.get(target);
    (live === undefined ? created : updated).push(target);
    if (!isAlone) draft.put(target, live === undefined ? object : applied(live, object));
    if (live === undefined) continue;
    const isSame = keepsPods(live, object);
    const isOnlyReshipped = !isSame && isReshipped(live, object);
    if (isOnlyReshipped) reshipped.push(target);
    if (isSame || (isOnlyReshipped && keepsReshipped)) kept.add(refKey(target));
  }
  return { created, kept, reshipped, updated };
}

function withOpenServices(draft: Draft, created: readonly ResourceRef[], isOpen: IsOpen): Snapshot {
  const snapshot = draft.build();
  const open = created.flatMap((target) => openService(snapshot, target, isOpen) ?? []);
  for (const service of open) draft.put(refOf(service), service);
  return open.length === 0 ? snapshot : draft.build();
}

/** A Service without a selector: somebody else fills its endpoints, and nothing says whether that is done. */
function openService(snapshot: Snapshot, target: ResourceRef, isOpen: IsOpen): Service | undefined {
  if (target.kind !== 'Service') return undefined;
  const found = snapshot.lookup({ ...target, kind: 'Service' as const });
  if (found.state !== 'present' || found.object.spec?.selector === undefined) return undefined;
  const { selector, ...spec } = found.object.spec;
  const pods = podsMatching(snapshot, target.namespace ?? '', { matchLabels: selector });
  return pods.length === 0 && isOpen(found.object) ? { ...found.object, spec } : undefined;
}

interface Remade {
  readonly workload: Workload;
  /** The old pods stay, because the first new one does not start. */
  readonly isStuck: boolean;
}

const NONE: ReadonlySet<string> = new Set();

function put(
  draft: Draft,
  { workload, isStuck }: Remade,
  canStart: CanStart,
  nodeFor: (pod: Pod) => string | undefined,
): readonly ResourceRef[] {
  const all = intendedPods(workload);
  // The controller replaces one by one: Deployments and DaemonSets in any order, StatefulSets from the last one.
  const only = isStuck ? all.findLast(isPod) : undefined;
  const objects = only === undefined ? all : all.filter((object) => !isPod(object) || object === only);
  // Pods of one template fit the same nodes.
  const pod = objects.find(isPod);
  const node = pod === undefined ? undefined : nodeFor(pod);
  const made: ResourceRef[] = [];
  // Policies know pods by address blocks, too: the successors get the addresses of those that go.
  const old = podsOf(draft.base, workload.ref);
  const addresses = old.flatMap(({ status }) => status?.podIP ?? []);
  // A DaemonSet makes no pods for nodes that it does not want.
  const isUnwanted = workload.ref.kind === 'DaemonSet' && node === undefined;
  for (const object of isUnwanted ? [] : objects) {
    const target = refOf(object);
    // A claim that is there already is taken over as it is.
    if (object.kind === 'PersistentVolumeClaim' && draft.get(target) !== undefined) continue;
    const next = isPod(object) ? withLabelsOf(old[made.length], draft.base, object) : object;
    draft.put(target, isPod(next) ? foreseen(next, canStart(target), node, addresses[made.length]) : next);
    if (isPod(object)) made.push(target);
  }
  return made;
}

/** Labels that controllers write for each pod anew. */
const OWN_LABELS =
  /^(?:pod-template-hash|controller-revision-hash|statefulset\.kubernetes\.io\/|apps\.kubernetes\.io\/|batch\.)/;

/** Programs label their pods while they run, such as with who leads: those to come do the same. */
function withLabelsOf(old: Pod | undefined, base: Snapshot, pod: Pod): Pod {
  if (old === undefined) return pod;
  const owner = base.lookup(topOwner(base, old));
  const template = owner.state === 'present' ? templateOf(owner.object) : undefined;
  if (template === undefined) return pod;
  const written = new Map(Object.entries(template.metadata?.labels ?? {}));
  const wanted = new Map(Object.entries(pod.metadata.labels ?? {}));
  const added = Object.entries(old.metadata.labels ?? {}).filter(
    ([key, value]) => written.get(key) !== value && wanted.get(key) === written.get(key) && !OWN_LABELS.test(key),
  );
  if (added.length === 0) return pod;
  return { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...Object.fromEntries(added) } } };
}

function isPod(object: KubernetesObject): object is Pod {
  return object.kind === 'Pod';
}

/** Addresses of pods that are only foreseen: the block for documentation, RFC 3849. */
const FORESEEN = '2001:db8::';

/** Each placement is a whole run of the scheduler. */
const MAX_PLACED = 20;

/** The node of pods about whose nodes nothing is known. */
const ANY_NODE = 'foreseen';

function placeOf(draft: Draft, pod: Pod): string | undefined {
  if (pod.spec.nodeName !== undefined) return pod.spec.nodeName;
  return replayScheduling(draft.build(), { ...pod, status: { phase: 'Pending' } }).feasible[0]?.name;
}

/** Without a node a pod waits for one. */
function foreseen(pod: Pod, isReady: boolean, node: string | undefined, address: string | undefined): Pod {
  if (node === undefined)
    return {
      ...pod,
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
      },
    };
  const spec = { ...pod.spec, nodeName: pod.spec.nodeName ?? node };
  const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }];
  const podIP = address ?? `${FORESEEN}${numberOf(pod).toString(16)}`;
  return { ...pod, spec, status: { phase: isReady ? 'Running' : 'Pending', podIP, conditions } };
}

/** A number that is the same for the same pod in every run. */
function numberOf({ metadata }: Pod): number {
  let hash = 7;
  for (const char of `${metadata.namespace ?? ''}/${metadata.name}`)
    hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 0xffff;
  return hash + 1;
}

/** What `kubectl apply` makes of an object that is there: fields that the manifest does not state stay as they are. */
function applied(live: KubernetesObject, wanted: KubernetesObject): KubernetesObject {
  const { labels, annotations } = wanted.metadata;
  const merged: Record<string, unknown> = { ...live, ...wanted };
  for (const field of ['spec', 'status']) {
    const [old, next] = [member(live, field), field === 'status' ? undefined : member(wanted, field)];
    if (isObject(old) && (isObject(next) || next === undefined)) merged[field] = { ...old, ...next };
  }
  const metadata = {
    ...live.metadata,
    ...(labels !== undefined && { labels: { ...live.metadata.labels, ...labels } }),
    ...(annotations !== undefined && { annotations: { ...live.metadata.annotations, ...annotations } }),
  };
  return { ...live, ...merged, metadata };
}

function keepsPods(live: KubernetesObject, wanted: KubernetesObject): boolean {
  const [old, next] = [templateOf(live), templateOf(wanted)];
  if (old === undefined || next === undefined) return false;
  // Nothing was running, and now it should.
  const starts = replicasOf(live) === 0 && replicasOf(wanted) !== 0;
  return !starts && isSameTemplate(old, next);
}

/** What a container runs; admission, scheduler and volumes do not ask for it. */
const PROGRAM: ReadonlySet<string> = new Set(['image', 'imagePullPolicy', 'command', 'args', 'env', 'envFrom']);

/** Whether a workload gets new pods that differ from the old ones in their programs only. */
function isReshipped(live: KubernetesObject, wanted: KubernetesObject): boolean {
  const [old, next] = [templateOf(live), templateOf(wanted)];
  if (old === undefined || next === undefined || replicasOf(live) !== replicasOf(wanted)) return false;
  return isSameTemplate(withoutPrograms(old), withoutPrograms(next));
}

function withoutPrograms({ metadata, spec }: PodTemplateSpec): PodTemplateSpec {
  const { containers, initContainers, ...pod } = spec;
  return {
    ...(metadata?.labels !== undefined && { metadata: { labels: metadata.labels } }),
    spec: {
      ...pod,
      containers: containers.map(withoutProgram),
      ...(initContainers !== undefined && { initContainers: initContainers.map(withoutProgram) }),
    },
  };
}

function withoutProgram({ name, ...rest }: Container): Container {
  return { name, ...Object.fromEntries(Object.entries(rest).filter(([field]) => !PROGRAM.has(field))) };
}

function replicasOf(object: KubernetesObject): unknown {
  return valueAt(object, ['spec', 'replicas']) ?? 1;
}

/** Pods of the old template go, with what was said of them and of the workload; but those that the rollout leaves. */
function forget(draft: Draft, owner: ResourceRef, stays: ReadonlySet<string>): void {
  const live = draft.base.lookup(owner);
  if (live.state !== 'present') return;
  const queue = [...controlledBy(draft.base, owner)];
  for (const event of eventsOf(draft.base, live.object)) draft.remove(refOf(event));
  for (let child = queue.shift(); child !== undefined; child = queue.shift()) {
    if (child.kind === 'PersistentVolumeClaim' || child.kind === 'ControllerRevision') continue;
    const below = controlledBy(draft.base, refOf(child));
    queue.push(...below);
    if ([child, ...below].some((object) => stays.has(refKey(refOf(object))))) continue;
    for (const event of eventsOf(draft.base, child)) draft.remove(refOf(event));
    draft.remove(refOf(child));
  }
}
