import { controlledBy, labelValue, podsOf, podState, refOf, type PodState } from '@kroot/graph';
import { type Container, type PodTemplateSpec, type ReplicaSet, type ResourceRef, type Snapshot } from '@kroot/types';
import { listed } from './words.ts';

/** What a Deployment's last change did to a container that now fails. */
export interface Revision {
  readonly failing: number;
  readonly previous: number;
  /** Pods of the previous revision are ready. */
  readonly previousServes: boolean;
  /** Fields of the container that differ, such as `image` or `livenessProbe`. */
  readonly changed: readonly string[];
}

const FIELDS = [
  'image',
  'command',
  'args',
  'env',
  'envFrom',
  'ports',
  'resources',
  'startupProbe',
  'livenessProbe',
  'readinessProbe',
  'volumeMounts',
  'securityContext',
  'lifecycle',
] as const;

/**
 * Compares the revision of the failing pods with the one before it; undefined unless all failing pods are of one
 * revision and an older one is known. Deployments only: other workloads' old templates are not in the API as such.
 */
export function revisionOf(
  snapshot: Snapshot,
  owner: ResourceRef,
  pods: readonly PodState[],
  container: string,
): Revision | undefined {
  if (owner.kind !== 'Deployment') return undefined;
  const sets = controlledBy(snapshot, owner)
    .filter((object): object is ReplicaSet => object.kind === 'ReplicaSet')
    .map((set) => ({
      set,
      number: Number(labelValue(set.metadata.annotations, 'deployment.kubernetes.io/revision') ?? Number.NaN),
    }))
    .filter(({ number }) => Number.isSafeInteger(number))
    .toSorted((a, b) => b.number - a.number);
  const names = new Set(pods.map(({ pod }) => pod.metadata.ownerReferences?.[0]?.name));
  const [current, previous] = sets;
  if (current === undefined || previous === undefined) return undefined;
  if (names.size !== 1 || !names.has(current.set.metadata.name)) return undefined;
  const before = previous.set;
  return {
    failing: current.number,
    previous: previous.number,
    previousServes: podsOf(snapshot, refOf(before)).some((pod) => podState(snapshot, pod).stage === 'ready'),
    changed: changedFields(named(current.set.spec.template, container), named(before.spec.template, container)),
  };
}

function named(template: PodTemplateSpec | undefined, name: string): Container | undefined {
  return [...(template?.spec.initContainers ?? []), ...(template?.spec.containers ?? [])].find(
    (container) => container.name === name,
  );
}

function changedFields(after: Container | undefined, before: Container | undefined): readonly string[] {
  if (after === undefined || before === undefined) return [];
  return FIELDS.filter((field) => JSON.stringify(after[field]) !== JSON.stringify(before[field]));
}

/** The same as a sentence. */
export function revisionNote(owner: ResourceRef, revision: Revision): string {
  const { failing, previous, changed, previousServes } = revision;
  const difference =
    changed.length === 0 ? 'does not change this container' : `changes ${listed(changed, 4)} of this container`;
  const serving = previousServes ? `; pods of revision ${previous} are ready` : '';
  return `Revision ${failing} of ${owner.kind} ${owner.name} ${difference} compared with revision ${previous}${serving}.`;
}
