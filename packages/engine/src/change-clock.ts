import { controlledBy, podState, podsOf, refOf, templateOf, timeOf } from '@kroot/graph';
import {
  compareStrings,
  type Evidence,
  type FieldsChange,
  type KubernetesObject,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';

/** A change counts as shortly before when the trouble began at most this long after it. */
const SHORTLY = 3_600_000;
const MINUTE = 60_000;

/**
 * Who changed the root, if that was shortly before the trouble began: from managedFields, without the status writes of
 * controllers. Ranks and explains, proves nothing alone.
 */
export function recentChange(snapshot: Snapshot, ref: ResourceRef, since: string | undefined): Evidence | undefined {
  const found = snapshot.lookup(ref);
  const began = timeOf(since);
  if (found.state !== 'present' || began === undefined) return undefined;
  const created = timeOf(found.object.metadata.creationTimestamp);
  const change = (found.object.metadata.changes ?? []).find((entry) => isEdit(entry, { began, created }));
  const time = timeOf(change?.time);
  if (change === undefined || time === undefined) return undefined;
  const parts = change.paths.filter((path) => !path.startsWith('status') && !path.startsWith('metadata'));
  const what = parts.length === 0 ? 'this object' : parts.slice(0, 3).join(', ');
  return {
    source: 'computed',
    ref,
    path: 'metadata.managedFields',
    quote: `${change.manager} changed ${what} ${minutes(began - time)} before the trouble began`,
    ...(change.time === undefined ? {} : { lastSeen: change.time }),
  };
}

function isEdit(
  { subresource, time, manager }: FieldsChange,
  { began, created }: { readonly began: number; readonly created: number | undefined },
): boolean {
  const at = timeOf(time);
  if (at === undefined || (subresource ?? '') !== '') return false;
  if (manager === 'kube-controller-manager' || manager === 'kube-scheduler' || manager === 'kubelet') return false;
  // Its own creation is no edit.
  return at <= began + MINUTE && began - at <= SHORTLY && (created === undefined || at - created > MINUTE);
}

function minutes(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds / MINUTE));
  return whole === 1 ? '1 minute' : `${whole} minutes`;
}

/**
 * What the newest revision of a Deployment changed, when the revision before it has ready pods and the newest has none:
 * the first fields of the pod template that differ. One sentence, or undefined.
 */
export function revisionChange(snapshot: Snapshot, owner: ResourceRef): string | undefined {
  if (owner.kind !== 'Deployment') return undefined;
  const revisions = controlledBy(snapshot, owner)
    .filter(({ kind }) => kind === 'ReplicaSet')
    .map((set) => ({ set, number: revisionOf(set) }))
    .toSorted((a, b) => b.number - a.number || compareStrings(a.set.metadata.name, b.set.metadata.name));
  const [newest, before] = revisions;
  if (newest === undefined || before === undefined) return undefined;
  if (readyPods(snapshot, newest.set) > 0 || readyPods(snapshot, before.set) === 0) return undefined;
  const changed = templateDifferences(templateOf(before.set)?.spec, templateOf(newest.set)?.spec);
  if (changed.length === 0) return undefined;
  return `Revision ${newest.number} changed ${changed.slice(0, 2).join(' and ')}; revision ${before.number} still runs`;
}

function revisionOf({ metadata }: KubernetesObject): number {
  const key = 'deployment.kubernetes.io/revision';
  const { annotations } = metadata;
  return annotations !== undefined && Object.hasOwn(annotations, key) ? Number(annotations[key]) || 0 : 0;
}

function readyPods(snapshot: Snapshot, set: KubernetesObject): number {
  return podsOf(snapshot, refOf(set)).filter((pod) => podState(snapshot, pod).stage === 'ready').length;
}

const LONG = 60;

/** The leaves in which two pod specs differ, as `path from A to B`, in order of path. */
export function templateDifferences(before: unknown, after: unknown): readonly string[] {
  const old = leaves(before);
  const fresh = leaves(after);
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].toSorted(compareStrings);
  return paths.flatMap((path) => {
    const [from, to] = [old.get(path), fresh.get(path)];
    return from === to ? [] : [`spec.template.spec${path} from ${show(from)} to ${show(to)}`];
  });
}

function show(value: string | undefined): string {
  if (value === undefined) return 'nothing';
  return value.length > LONG ? `${value.slice(0, LONG)}…` : value;
}

function leaves(spec: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const queue: { readonly value: unknown; readonly path: string }[] = [{ value: spec, path: '' }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { value, path } = next;
    if (Array.isArray(value)) {
      for (const [i, entry] of value.entries()) queue.push({ value: entry, path: `${path}${entryKey(entry, i)}` });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, entry] of Object.entries(value)) queue.push({ value: entry, path: `${path}.${key}` });
    } else if (value !== undefined) found.set(path, JSON.stringify(value));
  }
  return found;
}

/** Containers, variables and volumes are known by name, wherever they stand in their list. */
function entryKey(entry: unknown, index: number): string {
  const name = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
  return typeof name === 'string' ? `[${name}]` : `[${index}]`;
}
