import { type Container, type Pod, type PodSpec, type Snapshot } from '@kroot/types';
import { groupBy } from '../group-by.ts';
import { memoize } from '../memo.ts';
import { podRequests } from './pod-requests.ts';

/** A port of the host that a container takes. */
export interface HostPort {
  readonly port: number;
  readonly protocol: string;
  /** 0.0.0.0 for all addresses. */
  readonly hostIP: string;
}

/** What the pods on a node hold. */
export interface NodeOccupancy {
  readonly pods: readonly Pod[];
  readonly requests: ReadonlyMap<string, bigint>;
  readonly ports: readonly (HostPort & { readonly pod: Pod })[];
}

const EMPTY: NodeOccupancy = { pods: [], requests: new Map(), ports: [] };

/** Whether a pod has ended, so that it holds nothing any more. A terminating pod has not ended. */
export function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** The pods that are bound to a node and have not ended, by node, in order of namespace and name. */
export const podsByNode: (snapshot: Snapshot) => ReadonlyMap<string, readonly Pod[]> = memoize((snapshot) =>
  groupBy(snapshot.list('Pod'), (pod) => (hasEnded(pod) ? undefined : nodeOf(pod))),
);

/** Pods that preemption made room for, by the node where they are to go. */
const nominatedByNode: (snapshot: Snapshot) => ReadonlyMap<string, readonly Pod[]> = memoize((snapshot) =>
  groupBy(snapshot.list('Pod'), (pod) => {
    const node = pod.status?.nominatedNodeName ?? '';
    return node === '' || hasEnded(pod) || nodeOf(pod) !== undefined ? undefined : node;
  }),
);

function nodeOf(pod: Pod): string | undefined {
  const node = pod.spec.nodeName ?? '';
  return node === '' ? undefined : node;
}

const occupancies: (snapshot: Snapshot) => ReadonlyMap<string, NodeOccupancy> = memoize(
  (snapshot) => new Map([...podsByNode(snapshot)].map(([node, pods]) => [node, occupancyOf(pods)])),
);

/**
 * What a node has given away as far as this pod is concerned: to the pods on it other than itself, and to pods of at
 * least its priority that are nominated for it.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/runtime/framework.go (addNominatedPods)
 */
export function occupancyFor(snapshot: Snapshot, node: string, pod: Pod): NodeOccupancy {
  const priority = pod.spec.priority ?? 0;
  const nominated = (nominatedByNode(snapshot).get(node) ?? []).filter(
    (other) => (other.spec.priority ?? 0) >= priority && !isSame(other, pod),
  );
  const bound = occupancies(snapshot).get(node) ?? EMPTY;
  const isHere = pod.spec.nodeName === node && !hasEnded(pod);
  if (nominated.length === 0 && !isHere) return bound;
  return occupancyOf([...bound.pods.filter((other) => !isSame(other, pod)), ...nominated]);
}

/** Whether two pods are the same one. */
export function isSame(a: Pod, b: Pod): boolean {
  return a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;
}

function occupancyOf(pods: readonly Pod[]): NodeOccupancy {
  const requests = new Map<string, bigint>();
  const ports: (HostPort & { readonly pod: Pod })[] = [];
  for (const pod of pods) {
    for (const [resource, amount] of podRequests(pod.spec)) {
      requests.set(resource, (requests.get(resource) ?? 0n) + amount);
    }
    for (const port of hostPorts(pod.spec)) ports.push({ ...port, pod });
  }
  return { pods, requests, ports };
}

/** The ports of the host that a pod takes: those of its containers and sidecars. */
export function hostPorts(spec: PodSpec): readonly HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  return [...spec.containers, ...sidecars].flatMap((container) => portsOf(container));
}

function portsOf(container: Container): readonly HostPort[] {
  return (container.ports ?? []).flatMap(({ hostPort = 0, protocol = 'TCP', hostIP = '' }) =>
    hostPort > 0 ? [{ port: hostPort, protocol, hostIP: hostIP === '' ? '0.0.0.0' : hostIP }] : [],
  );
}
