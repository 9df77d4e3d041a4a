import { memoize, podState, refOf, timeOf, topOwner, type PodState } from '@kroot/graph';
import { compareRefs, refKey, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';

const byNode: (snapshot: Snapshot) => ReadonlyMap<string, readonly PodState[]> = memoize((snapshot) => {
  const index = new Map<string, PodState[]>();
  for (const pod of snapshot.list('Pod')) {
    const name = pod.spec.nodeName ?? '';
    if (name === '') continue;
    const known = index.get(name);
    if (known === undefined) index.set(name, [podState(snapshot, pod)]);
    else known.push(podState(snapshot, pod));
  }
  return index;
});

/** The pods that a node was given, also those that have ended, in order of namespace and name. */
export function podsOnNode(snapshot: Snapshot, node: string): readonly PodState[] {
  return byNode(snapshot).get(node) ?? [];
}

/** The names of all nodes that pods were given to, whether or not the nodes are there. */
export function usedNodes(snapshot: Snapshot): readonly string[] {
  return [...byNode(snapshot).keys()].toSorted();
}

const MIRROR = 'kubernetes.io/config.mirror';

/** Whether a pod belongs to its node (DaemonSet, static pod) and could not run elsewhere. */
export function isNodeAgent(snapshot: Snapshot, pod: Pod): boolean {
  return Object.hasOwn(pod.metadata.annotations ?? {}, MIRROR) || topOwner(snapshot, pod).kind === 'DaemonSet';
}

/** Whether an object was created less than so many milliseconds before now. */
export function isYounger(
  object: { readonly metadata: { readonly creationTimestamp?: string } },
  now: number,
  age: number,
): boolean {
  const created = timeOf(object.metadata.creationTimestamp);
  return created !== undefined && now - created < age;
}

/** The references to pods, once each and in order. */
export function refsOfPods(pods: Iterable<Pod | PodState>): readonly ResourceRef[] {
  const refs = new Map<string, ResourceRef>();
  for (const pod of pods) {
    const target = 'pod' in pod ? pod.ref : refOf(pod);
    refs.set(refKey(target), target);
  }
  return [...refs.values()].toSorted(compareRefs);
}

/** The top owners of pods, once each and in order. */
export function ownersOfPods(snapshot: Snapshot, pods: Iterable<PodState>): readonly ResourceRef[] {
  const owners = new Map<string, ResourceRef>();
  for (const { pod } of pods) {
    const owner = topOwner(snapshot, pod);
    owners.set(refKey(owner), owner);
  }
  return [...owners.values()].toSorted(compareRefs);
}
