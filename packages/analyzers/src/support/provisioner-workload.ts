import { podState, topOwner, workloads, type PodState, type Provisioner } from '@kroot/graph';
import { compareRefs, refKey, type PodSpec, type ResourceRef, type Snapshot } from '@kroot/types';

/** The workload that makes volumes for a driver. */
export interface ProvisionerWorkload {
  readonly ref: ResourceRef;
  readonly pods: readonly PodState[];
  /** Pods that it wants; undefined where that is not a number in its spec. */
  readonly replicas?: number;
}

/**
 * The controllers that name a provisioner in arguments, environment or host paths. DaemonSets only mount what others
 * make, unless there is nothing else.
 */
export function provisionerWorkloads(snapshot: Snapshot, provisioner: Provisioner): readonly ProvisionerWorkload[] {
  const found = new Map<string, ProvisionerWorkload>();
  // Pods that merely sound like it prove nothing.
  for (const target of provisioner.state === 'present' ? provisioner.pods : []) {
    const answer = snapshot.lookup({ ...target, kind: 'Pod' });
    if (answer.state !== 'present') continue;
    const pod = answer.object;
    const owner = topOwner(snapshot, pod);
    const known = found.get(refKey(owner));
    found.set(refKey(owner), { ref: owner, pods: [...(known?.pods ?? []), podState(snapshot, pod)] });
  }
  for (const { ref, template, replicas } of workloads(snapshot)) {
    const known = found.get(refKey(ref));
    if (known === undefined && !names(template.spec, provisioner.name)) continue;
    found.set(refKey(ref), { ref, pods: known?.pods ?? [], ...(replicas === undefined ? {} : { replicas }) });
  }
  const all = [...found.values()].toSorted((a, b) => compareRefs(a.ref, b.ref));
  const controllers = all.filter(({ ref }) => ref.kind !== 'DaemonSet');
  return controllers.length > 0 ? controllers : all;
}

function names(spec: PodSpec, name: string): boolean {
  return [...spec.containers, ...(spec.initContainers ?? [])].some(({ args = [], command = [], env = [] }) =>
    [...args, ...command, ...env.map(({ value = '' }) => value)].some((text) => text.includes(name)),
  );
}

/** Whether none of the workload's pods is ready. */
export function isDown({ pods }: ProvisionerWorkload): boolean {
  return pods.every(({ stage }) => stage !== 'ready');
}
