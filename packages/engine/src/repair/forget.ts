import { controllerOf, eventsOf, refOf, replayScheduling, templateOf } from '@kroot/graph';
import { refKey, type KubernetesObject, type Pod, type ResourceRef } from '@kroot/types';
import { type Draft } from './draft.ts';
import { member, valueAt, withValue } from './json.ts';

/** Pods that find a node one after the other, each with what the ones before it left; the rest wait as they did. */
const MAX_PLACED = 20;

/** Kinds whose status is more than the word of a controller on the spec: whole machines, volumes and amounts in use. */
const STATUS_COUNTS: ReadonlySet<string> = new Set([
  'Node',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ResourceQuota',
]);

/**
 * Forgets what was said of objects before a repair: events, conditions, container states, and the whole status of those
 * that the repair changes. What then is known of them is what their specs say. Pods without a node get one, if there is
 * one that takes them.
 */
export function forgetWords(draft: Draft, targets: readonly ResourceRef[], edited: readonly ResourceRef[]): void {
  const renewed = new Set(edited.map((ref) => refKey(ref)));
  const anew = new Set(draft.restarted().map((ref) => refKey(ref)));
  const homeless: ResourceRef[] = [];
  for (const target of targets) {
    const object = draft.get(target);
    if (object === undefined) continue;
    for (const event of eventsOf(draft.base, object)) draft.remove(refOf(event));
    if (isLivePod(object)) {
      if (forgetPod(draft, object, anew.has(refKey(target)))) homeless.push(target);
    } else forgetStatus(draft, target, renewed.has(refKey(target)));
  }
  for (const target of homeless.slice(0, MAX_PLACED)) place(draft, target);
}

function forgetStatus(draft: Draft, target: ResourceRef, whole: boolean): void {
  const object = draft.get(target);
  if (object === undefined || target.kind === 'Node') return;
  const isAll = whole && !STATUS_COUNTS.has(target.kind);
  // Its controller will have looked at the change.
  const { generation } = object.metadata;
  const seen = generation === undefined ? undefined : { observedGeneration: generation };
  const path = isAll ? ['status'] : ['status', 'conditions'];
  const said = valueAt(object, path);
  if (said !== undefined) put(draft, target, withValue(object, path, isAll ? seen : facts(said)));
}

/** That pods are missing is a fact; why they are is what the words say. */
function facts(conditions: unknown): unknown {
  if (!Array.isArray(conditions)) return undefined;
  const failed = conditions.filter((one) => member(one, 'type') === 'ReplicaFailure');
  return failed.map((one: unknown) => withValue(one, ['message'], undefined));
}

function isLivePod(object: KubernetesObject): object is Pod {
  if (object.kind !== 'Pod' || object.metadata.deletionTimestamp !== undefined) return false;
  const phase = valueAt(object, ['status', 'phase']);
  return phase !== 'Succeeded' && phase !== 'Failed';
}

/** Whether the pod has to find a node. */
function forgetPod(draft: Draft, pod: Pod, anew: boolean): boolean {
  const mayMove = anew && draft.base.coverage.state('Node') === 'complete' && !isPinned(draft, pod);
  const nodeName = mayMove ? undefined : pod.spec.nodeName;
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  const conditions = nodeName === undefined && scheduled !== undefined ? [withoutWords(scheduled)] : undefined;
  const spec = withValue(pod.spec, ['nodeName'], nodeName);
  put(draft, refOf(pod), { ...pod, spec, status: { phase: 'Pending', ...(conditions && { conditions }) } });
  return nodeName === undefined;
}

/** A pod that its template puts on a node never meets the scheduler. */
function isPinned(draft: Draft, pod: Pod): boolean {
  const controller = controllerOf(pod);
  const owner = controller === undefined ? undefined : draft.get(controller);
  return owner !== undefined && templateOf(owner)?.spec.nodeName !== undefined;
}

function withoutWords(condition: unknown): unknown {
  return withValue(
    withValue(withValue(condition, ['message'], undefined), ['status'], 'False'),
    ['reason'],
    'Unschedulable',
  );
}

function place(draft: Draft, target: ResourceRef): void {
  const pod = draft.get(target);
  if (pod === undefined || !isLivePod(pod)) return;
  const [node] = replayScheduling(draft.build(), pod).feasible;
  if (node !== undefined)
    put(draft, target, withValue(withValue(pod, ['spec', 'nodeName'], node.name), ['status', 'conditions'], undefined));
}

function put(draft: Draft, target: ResourceRef, value: unknown): void {
  if (member(value, 'metadata') === undefined) return;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object with other fields is one still
  draft.put(target, value as KubernetesObject);
}
