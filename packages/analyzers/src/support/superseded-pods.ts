import { labelValue, memoize, podContainers, podsOf, podState, refOf, type PodState } from '@kroot/graph';
import { refKey, type Container, type PodSpec, type ResourceRef, type Snapshot, type StatefulSet } from '@kroot/types';

/** Why the controller does not replace a pod of an older revision. */
export type Hold = 'not-ready' | 'on-delete' | 'partition';

/** A pod of a StatefulSet that is held up although the template has been changed where it matters. */
export interface SupersededPod {
  readonly set: StatefulSet;
  readonly owner: ResourceRef;
  readonly pod: PodState;
  readonly hold: Hold;
  /** Fields that differ between pod and template, such as `image of container "db"`. */
  readonly changed: readonly string[];
}

const FIELDS = [
  'image',
  'command',
  'args',
  'env',
  'envFrom',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

/**
 * Pods that wait for a repair which has been made: the template differs from them now, and the controller leaves them as they
 * are. With ordered updates it waits for the pod to become ready before it goes on, for ever.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export const supersededPods: (snapshot: Snapshot) => ReadonlyMap<string, SupersededPod> = memoize((snapshot) => {
  const found = new Map<string, SupersededPod>();
  for (const set of snapshot.list('StatefulSet')) {
    if (!isObserved(set)) continue;
    const owner = refOf(set);
    for (const object of podsOf(snapshot, owner)) {
      const pod = podState(snapshot, object);
      const hold = pod.blocked && isOutdated(set, pod) ? holdOf(set, pod) : undefined;
      if (hold === undefined) continue;
      const changed = changes(set.spec.template.spec, pod);
      if (changed.length > 0) found.set(refKey(pod.ref), { set, owner, pod, hold, changed });
    }
  }
  return found;
});

/** Whether what is wrong with a pod has been changed in its template, so that the template is not to blame. */
export function isSuperseded(snapshot: Snapshot, { ref }: PodState): boolean {
  return supersededPods(snapshot).has(refKey(ref));
}

function isObserved({ metadata, status }: StatefulSet): boolean {
  return metadata.generation === undefined || (status?.observedGeneration ?? 0) >= metadata.generation;
}

function isOutdated({ status }: StatefulSet, { pod }: PodState): boolean {
  const revision = labelValue(pod.metadata.labels, 'controller-revision-hash');
  return revision !== undefined && status?.updateRevision !== undefined && revision !== status.updateRevision;
}

function holdOf({ spec }: StatefulSet, { ref }: PodState): Hold | undefined {
  if (spec.updateStrategy?.type === 'OnDelete') return 'on-delete';
  const ordinal = Number(/-(\d+)$/.exec(ref.name)?.[1] ?? 0);
  if (ordinal < (spec.updateStrategy?.rollingUpdate?.partition ?? 0)) return 'partition';
  return spec.podManagementPolicy === 'Parallel' ? undefined : 'not-ready';
}

/** What the template has changed of that which holds the pod up: the container in question, or where the pod may run. */
function changes(template: PodSpec, { pod, culprit, stage }: PodState): readonly string[] {
  if (culprit === undefined) {
    if (stage !== 'unscheduled') return [];
    return (['nodeSelector', 'affinity'] as const).filter((field) => !isSame(template[field], pod.spec[field]));
  }
  const wanted = podContainers(template).find(({ container }) => container.name === culprit.name)?.container;
  if (wanted === undefined) return [`container "${culprit.name}"`];
  return FIELDS.filter((field) => differs(field, wanted, culprit.container)).map(
    (field) => `${field} of container "${culprit.name}"`,
  );
}

/** What a webhook adds to a pod alone is no change of the template. */
function differs(field: (typeof FIELDS)[number], wanted: Container, have: Container): boolean {
  if (isSame(wanted[field], have[field])) return false;
  if (field !== 'env' && field !== 'envFrom') return true;
  const given = new Set((have[field] ?? []).map((entry) => JSON.stringify(entry)));
  return (wanted[field] ?? []).some((entry) => !given.has(JSON.stringify(entry)));
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
