import { compareRefs, refKey, type Pod, type ResourceRef, type RoomHolder, type Snapshot } from '@kroot/types';
import { topOwner } from '../owners.ts';
import { formatQuantity } from '../quantity.ts';
import { podsByNode } from './occupancy.ts';
import { podRequests } from './pod-requests.ts';
import { type NodeReplay } from './rejection.ts';

const MAX_HOLDERS = 5;

interface Held {
  readonly owner: ResourceRef;
  readonly priority: number;
  milli: bigint;
  pods: number;
}

/**
 * The workloads that hold most of a resource on the nodes where the pod asks for more than is free; those of lower
 * priority first, as their pods may be preempted.
 */
export function roomHolders(snapshot: Snapshot, pod: Pod, nodes: readonly NodeReplay[]): readonly RoomHolder[] {
  const resource = shortResource(nodes);
  if (resource === undefined) return [];
  const priority = pod.spec.priority ?? 0;
  const holders = new Map<string, Held>();
  for (const { node, rejections } of nodes) {
    if (!rejections.some((one) => one.plugin === 'NodeResourcesFit' && one.resource === resource)) continue;
    for (const other of podsByNode(snapshot).get(node.name) ?? []) addTo(holders, snapshot, other, resource);
  }
  return [...holders.values()]
    .toSorted((a, b) => rank(a, priority) - rank(b, priority) || byAmount(a, b) || compareRefs(a.owner, b.owner))
    .slice(0, MAX_HOLDERS)
    .map((held) => ({
      owner: held.owner,
      resource,
      amount: formatQuantity(resource, held.milli),
      pods: held.pods,
      priority: held.priority,
      preemptible: held.priority < priority,
    }));
}

/** The resource that most nodes lack, the first by name among equals. */
function shortResource(nodes: readonly NodeReplay[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { rejections } of nodes) {
    for (const one of rejections) {
      if (one.plugin !== 'NodeResourcesFit' || one.requested > one.allocatable) continue;
      counts.set(one.resource, (counts.get(one.resource) ?? 0) + 1);
    }
  }
  return [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
}

function addTo(holders: Map<string, Held>, snapshot: Snapshot, pod: Pod, resource: string): void {
  const amount = resource === 'pods' ? 1000n : (podRequests(pod.spec).get(resource) ?? 0n);
  if (amount === 0n) return;
  const owner = topOwner(snapshot, pod);
  const priority = pod.spec.priority ?? 0;
  const key = `${refKey(owner)}\n${priority}`;
  const held = holders.get(key) ?? { owner, priority, milli: 0n, pods: 0 };
  held.milli += amount;
  held.pods += 1;
  holders.set(key, held);
}

function rank({ priority }: Held, own: number): number {
  return priority < own ? 0 : 1;
}

function byAmount(a: Held, b: Held): number {
  if (a.milli === b.milli) return 0;
  return a.milli > b.milli ? -1 : 1;
}
