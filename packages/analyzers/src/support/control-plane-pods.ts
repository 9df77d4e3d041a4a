import { memoize, podState, type PodState } from '@kroot/graph';
import { type Pod, type Snapshot } from '@kroot/types';

/** The programs of a control plane that kubelets run as static pods, by the name of their container. */
const COMPONENTS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** One of the programs of a control plane. */
export type Component = (typeof COMPONENTS)[number];

const MIRROR = 'kubernetes.io/config.mirror';

/** The program of the control plane that a static pod runs; undefined for every other pod. */
function componentOf({ metadata, spec }: Pod): Component | undefined {
  if (!Object.hasOwn(metadata.annotations ?? {}, MIRROR)) return undefined;
  return COMPONENTS.find((name) => spec.containers.some((container) => container.name === name));
}

/** The static pods of a program of the control plane, in order of name. */
export function componentPods(snapshot: Snapshot, component: Component): readonly PodState[] {
  return byComponent(snapshot).get(component) ?? [];
}

const byComponent: (snapshot: Snapshot) => ReadonlyMap<Component, readonly PodState[]> = memoize((snapshot) => {
  const found = new Map<Component, PodState[]>();
  for (const pod of snapshot.list('Pod')) {
    const component = componentOf(pod);
    if (component !== undefined) found.set(component, [...(found.get(component) ?? []), podState(snapshot, pod)]);
  }
  return found;
});

/** Whether a static pod of the control plane ends or cannot be started: its manifest is at fault, on the node's disk. */
export function isCrashedComponent({ pod, stage, blocked }: PodState): boolean {
  return blocked && (stage === 'exit' || stage === 'start' || stage === 'create') && componentOf(pod) !== undefined;
}
