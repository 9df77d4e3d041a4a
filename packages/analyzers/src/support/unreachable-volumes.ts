import {
  formatRequirement,
  isControlPlaneTaint,
  memoize,
  podState,
  replayScheduling,
  type FailedTerm,
  type PodState,
  type Rejection,
} from '@kroot/graph';
import {
  compareRefs,
  ref,
  refKey,
  type Finding,
  type PersistentVolume,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from './evidence.ts';
import { refsOfPods } from './pods-on-node.ts';
import { counted, listed } from './words.ts';

/** A bound volume that no node of the cluster can use, and the pods that wait for it. */
export interface UnreachableVolume {
  readonly ref: ResourceRef;
  readonly object?: PersistentVolume;
  readonly claim?: ResourceRef;
  readonly pods: readonly PodState[];
  /** What the volume asks of a node: `topology.kubernetes.io/zone in (b)`. */
  readonly wanted: string;
  /** Label of nodes that decides. */
  readonly key: string;
  /** Values that the nodes have for it, sorted. */
  readonly have: readonly string[];
  readonly nodes: number;
}

/**
 * Volumes that hold a pending pod back from every node. Nodes with the control plane's taint do not count: they take no
 * workloads anyway.
 */
export const unreachableVolumes: (snapshot: Snapshot) => readonly UnreachableVolume[] = memoize((snapshot) => {
  const found = new Map<string, UnreachableVolume>();
  if (snapshot.coverage.state('Node') !== 'complete') return [];
  for (const pod of snapshot.list('Pod')) {
    const state = podState(snapshot, pod);
    if (!state.blocked || state.stage !== 'unscheduled') continue;
    for (const volume of heldBy(snapshot, state)) {
      const known = found.get(refKey(volume.ref));
      found.set(refKey(volume.ref), known === undefined ? volume : { ...known, pods: [...known.pods, state] });
    }
  }
  return [...found.values()].toSorted((a, b) => compareRefs(a.ref, b.ref));
});

interface Held {
  readonly volume: ResourceRef;
  readonly claim?: ResourceRef;
  readonly wanted: string;
  readonly key: string;
  readonly actual: string | undefined;
}

function heldBy(snapshot: Snapshot, pod: PodState): readonly UnreachableVolume[] {
  const { nodes } = replayScheduling(snapshot, pod.pod);
  const workers = nodes.filter(({ rejections }) => !rejections.some((rejection) => isControlPlaneTaint(rejection)));
  const asked = workers.length > 0 ? workers : nodes;
  const byVolume = new Map<string, { first: Held; count: number; have: Set<string> }>();
  for (const { rejections } of asked) {
    const here = new Map(rejections.flatMap((rejection) => held(rejection) ?? []).map((one) => [one.volume.name, one]));
    for (const [name, one] of here) {
      const known = byVolume.get(name) ?? { first: one, count: 0, have: new Set<string>() };
      known.count++;
      if (one.actual !== undefined) known.have.add(one.actual);
      byVolume.set(name, known);
    }
  }
  return [...byVolume.values()]
    .filter(({ count }) => count > 0 && count === asked.length)
    .map(({ first, have }) => {
      const object = snapshot.list('PersistentVolume').find(({ metadata }) => metadata.name === first.volume.name);
      return {
        ref: first.volume,
        ...(object === undefined ? {} : { object }),
        ...(first.claim === undefined ? {} : { claim: first.claim }),
        pods: [pod],
        wanted: first.wanted,
        key: first.key,
        have: [...have].toSorted(),
        nodes: asked.length,
      };
    });
}

function held(rejection: Rejection): Held | undefined {
  if (rejection.plugin === 'VolumeZone') {
    const { volume, key, wanted, actual } = rejection;
    return { volume, key, wanted: `${key} in (${wanted})`, actual };
  }
  if (rejection.plugin !== 'VolumeBinding' || rejection.kind !== 'node-affinity') return undefined;
  const { volume, claim, terms } = rejection;
  const failed = terms.flatMap((term) => term.failed);
  return {
    volume,
    claim,
    wanted: terms.map((term) => termWords(term)).join(' or '),
    key: failed[0]?.key ?? '',
    actual: failed[0]?.actual,
  };
}

function termWords({ requirements }: FailedTerm): string {
  return requirements.map((requirement) => formatRequirement(requirement)).join(' and ');
}

/** Whether what decides is a node's own name. */
export function isPinned({ key }: UnreachableVolume): boolean {
  return key === 'kubernetes.io/hostname' || key === 'metadata.name';
}

/** The parts that findings about such volumes share. */
export function unreachableParts(volume: UnreachableVolume): Pick<Finding, 'subject' | 'evidence' | 'affects'> {
  const { ref: subject, pods, claim, wanted, key, have, nodes } = volume;
  const values = have.length === 0 ? `none has label ${key}` : `they have ${key} ${listed(have, 6)}`;
  const [first] = pods;
  const words = first?.pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message;
  return {
    subject,
    evidence: [
      fromSpec(subject, 'spec.nodeAffinity.required', wanted),
      computed(subject, `none of the ${counted(nodes, 'node')} fulfils it: ${values}`),
      ...(first === undefined || words === undefined
        ? []
        : [{ ...fromSpec(first.ref, 'status.conditions[PodScheduled]', words), source: 'condition' as const }]),
    ],
    affects: claim === undefined ? refsOfPods(pods) : [claim],
  };
}

/** `data-0 of PersistentVolumeClaim prod/data-0`, for sentences. */
export function volumeWords({ ref: subject, claim, object }: UnreachableVolume): string {
  const holder =
    claim ??
    (object?.spec?.claimRef === undefined
      ? undefined
      : ref('PersistentVolumeClaim', object.spec.claimRef.namespace, object.spec.claimRef.name ?? ''));
  return holder === undefined ? subject.name : `${subject.name} of claim ${holder.namespace ?? ''}/${holder.name}`;
}
