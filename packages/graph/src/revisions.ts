import {
  compareStrings,
  type Container,
  type ControllerRevision,
  type Pod,
  type PodTemplateSpec,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { groupBy } from './group-by.ts';
import { controlledBy, podsOf, presentObject, templateOf } from './owners.ts';
import { podState } from './pod-state/pod-state.ts';
import { refOf } from './refs.ts';
import { labelValue } from './selectors.ts';
import { templateDifferences, type FieldDifference } from './template-difference.ts';

/** One revision of a workload's pod template and how its pods fare. */
export interface Revision {
  /** The ReplicaSet or ControllerRevision; the workload itself when revisions are only known from labels of pods. */
  readonly ref: ResourceRef;
  /** As `kubectl rollout history` counts; absent when revisions are only known from labels of pods. */
  readonly number?: number;
  readonly template?: PodTemplateSpec;
  /** RFC 3339: when it was first made. */
  readonly createdAt?: string;
  readonly pods: readonly Pod[];
  readonly ready: number;
  /** Pods that are held up past every grace. */
  readonly failing: number;
}

/** The newest revision against the last one that is known to work. */
export interface RevisionVote {
  readonly newest: Revision;
  /** The youngest older revision with ready pods; without one the youngest older revision. */
  readonly before: Revision;
  /** Whether pods of `before` are ready: then the change is what is wrong. */
  readonly serves: boolean;
  /** What the newest changed, in order of path; empty when one of the templates is not known. */
  readonly differences: readonly FieldDifference[];
}

/**
 * The revisions of a Deployment, StatefulSet or DaemonSet that are still known, newest first; empty for other kinds.
 * Deployments keep them as ReplicaSets, the others as ControllerRevisions.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
 */
export function revisionsOf(snapshot: Snapshot, owner: ResourceRef): readonly Revision[] {
  switch (owner.kind) {
    case 'Deployment':
      return newestFirst(replicaSetRevisions(snapshot, owner));
    case 'StatefulSet':
    case 'DaemonSet': {
      const stored = controlledBy(snapshot, owner).filter((object) => isControllerRevision(object));
      return stored.length > 0
        ? newestFirst(stored.map((object) => storedRevision(snapshot, owner, object)))
        : labelledRevisions(snapshot, owner);
    }
    default:
      return [];
  }
}

/**
 * Compares the newest revision with the last good one. Undefined while the newest has ready pods (then the template is not
 * what is wrong), while none of its pods is in trouble, and when no older revision is known.
 */
export function revisionVote(snapshot: Snapshot, owner: ResourceRef): RevisionVote | undefined {
  const [newest, ...older] = revisionsOf(snapshot, owner);
  const good = older.find(({ ready }) => ready > 0);
  const before = good ?? older[0];
  if (newest === undefined || before === undefined || newest.ready > 0) return undefined;
  // Without pods nothing is known to fail but their creation, which holds up only a revision that is wanted.
  if (newest.failing === 0 && (newest.pods.length > 0 || !isWanted(snapshot, newest))) return undefined;
  const differences = templateDifferences(before.template, newest.template);
  return { newest, before, serves: good !== undefined, differences };
}

function isWanted(snapshot: Snapshot, { ref }: Revision): boolean {
  const object = presentObject(snapshot, ref);
  const spec: unknown = object !== undefined && 'spec' in object ? object.spec : undefined;
  return typeof spec === 'object' && spec !== null && 'replicas' in spec && spec.replicas !== 0;
}

function newestFirst(revisions: readonly Revision[]): readonly Revision[] {
  return revisions.toSorted((a, b) => (b.number ?? 0) - (a.number ?? 0) || compareStrings(a.ref.name, b.ref.name));
}

function replicaSetRevisions(snapshot: Snapshot, owner: ResourceRef): readonly Revision[] {
  return controlledBy(snapshot, owner)
    .filter(({ kind }) => kind === 'ReplicaSet')
    .map((set) => {
      const number = Number(labelValue(set.metadata.annotations, 'deployment.kubernetes.io/revision') ?? 0);
      const template = templateOf(set);
      return {
        ref: refOf(set),
        number: Number.isSafeInteger(number) ? number : 0,
        ...(template === undefined ? {} : { template }),
        ...createdAt(set.metadata),
        ...fares(snapshot, podsOf(snapshot, refOf(set))),
      };
    });
}

const HASH = 'controller-revision-hash';

/** Pods of StatefulSets carry the name of their revision, pods of DaemonSets only its hash. */
function storedRevision(snapshot: Snapshot, owner: ResourceRef, object: ControllerRevision): Revision {
  const { name } = object.metadata;
  const template = object.data?.spec?.template;
  const pods = podsOf(snapshot, owner).filter(({ metadata }) => {
    const hash = labelValue(metadata.labels, HASH);
    return hash !== undefined && (hash === name || `${owner.name}-${hash}` === name);
  });
  return {
    ref: refOf(object),
    number: object.revision ?? 0,
    ...(template === undefined ? {} : { template }),
    ...createdAt(object.metadata),
    ...fares(snapshot, pods),
  };
}

function isControllerRevision(object: { readonly kind: string }): object is ControllerRevision {
  return object.kind === 'ControllerRevision';
}

/** Where ControllerRevisions were not collected: the newest is the one that the status or the template's generation names. */
function labelledRevisions(snapshot: Snapshot, owner: ResourceRef): readonly Revision[] {
  const groups = groupBy(podsOf(snapshot, owner), ({ metadata }) => labelValue(metadata.labels, HASH));
  const newest = updateRevision(snapshot, owner);
  const ranked = [...groups].map(([hash, pods]) => ({
    hash,
    pods,
    rank: hash === newest ? Infinity : generation(pods),
  }));
  return ranked
    .toSorted((a, b) => (a.rank === b.rank ? compareStrings(a.hash, b.hash) : b.rank - a.rank))
    .map(({ pods }) => ({ ref: owner, ...templateLike(pods[0]), ...fares(snapshot, pods) }));
}

function updateRevision(snapshot: Snapshot, owner: ResourceRef): string | undefined {
  const found = snapshot.lookup({ ...owner, kind: 'StatefulSet' });
  return found.state === 'present' ? found.object.status?.updateRevision : undefined;
}

function generation(pods: readonly Pod[]): number {
  return Number(labelValue(pods[0]?.metadata.labels, 'pod-template-generation') ?? 0) || 0;
}

/** The part of a template that can be read off a pod: its containers. */
function templateLike(pod: Pod | undefined): { readonly template?: PodTemplateSpec } {
  if (pod === undefined) return {};
  const { containers, initContainers } = pod.spec;
  return {
    template: {
      spec: {
        containers: withoutTokens(containers),
        ...(initContainers === undefined ? {} : { initContainers: withoutTokens(initContainers) }),
      },
    },
  };
}

/** Admission mounts the token of the service account from a volume with a random name. */
function withoutTokens(containers: readonly Container[]): readonly Container[] {
  return containers.map((container) => ({
    ...container,
    volumeMounts: (container.volumeMounts ?? []).filter(({ name }) => !name.startsWith('kube-api-access-')),
  }));
}

function createdAt({ creationTimestamp }: { readonly creationTimestamp?: string }): { readonly createdAt?: string } {
  return creationTimestamp === undefined ? {} : { createdAt: creationTimestamp };
}

function fares(snapshot: Snapshot, pods: readonly Pod[]): Pick<Revision, 'pods' | 'ready' | 'failing'> {
  const states = pods.map((pod) => podState(snapshot, pod));
  return {
    pods,
    ready: states.filter(({ stage }) => stage === 'ready').length,
    failing: states.filter(({ blocked }) => blocked).length,
  };
}
