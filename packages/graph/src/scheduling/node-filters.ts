import { type Node, type Pod } from '@kroot/types';
import { refOf } from '../refs.ts';
import { allocatableOf } from './allocatable.ts';
import { nodeAffinityRejections } from './node-affinity.ts';
import { hostPorts, type NodeOccupancy } from './occupancy.ts';
import { podRequests } from './pod-requests.ts';
import { type Rejection } from './rejection.ts';
import { isCordonedFor, mirrorsCordon, untoleratedTaints } from './taints.ts';

/** Looks at one node for one pod. */
export type NodeFilter = (node: Node, held: NodeOccupancy) => readonly Rejection[];

/** Refuses cordoned nodes, nodes that spec.nodeName does not name, untolerated taints and nodes that do not match. */
export function placementFilter(pod: Pod): NodeFilter {
  const tolerations = pod.spec.tolerations ?? [];
  const wanted = pod.spec.nodeName ?? '';
  return (node) => {
    const rejections: Rejection[] = [];
    if (isCordonedFor(node, tolerations)) rejections.push({ plugin: 'NodeUnschedulable' });
    if (wanted !== '' && wanted !== node.metadata.name) rejections.push({ plugin: 'NodeName', wanted });
    for (const taint of untoleratedTaints(node.spec?.taints ?? [], tolerations)) {
      if (mirrorsCordon(taint, node)) continue;
      rejections.push({ plugin: 'TaintToleration', key: taint.key, value: taint.value ?? '', effect: taint.effect });
    }
    rejections.push(...nodeAffinityRejections(pod.spec, node));
    return rejections;
  };
}

/**
 * Refuses nodes where a host port of the pod is taken. An address that is not given is all addresses.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/types.go (HostPortInfo.CheckConflict)
 */
export function portsFilter(pod: Pod): NodeFilter {
  const wanted = hostPorts(pod.spec);
  if (wanted.length === 0) return () => [];
  return (_node, held) =>
    wanted.flatMap(({ port, protocol, hostIP }) => {
      const holder = held.ports.find(
        (other) =>
          other.port === port &&
          other.protocol === protocol &&
          (other.hostIP === hostIP || other.hostIP === '0.0.0.0' || hostIP === '0.0.0.0'),
      );
      return holder === undefined
        ? []
        : [{ plugin: 'NodePorts' as const, port, protocol, hostIP, heldBy: refOf(holder.pod) }];
    });
}

/**
 * Refuses nodes without enough left of a resource that the pod requests, and full nodes. What a partial capture does
 * not tell of a node (no allocatable, or none of cpu, memory or pods, which every node reports) refuses nothing.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/plugins/noderesources/fit.go (fitsRequest)
 */
export function resourcesFilter(pod: Pod): NodeFilter {
  const wanted = [...podRequests(pod.spec)].filter(([resource, amount]) => amount > 0n && isScheduled(resource));
  return (node, held) => {
    const rejections: Rejection[] = [];
    const slots = allocatableOf(node, 'pods');
    if (slots !== undefined) {
      const free = slots - BigInt(held.pods.length) * 1000n;
      if (free < 1000n) rejections.push(misfit('pods', 1000n, free, slots));
    }
    for (const [resource, requested] of wanted) {
      const allocatable = allocatableOf(node, resource);
      if (allocatable === undefined) continue;
      const free = allocatable - (held.requests.get(resource) ?? 0n);
      if (requested > free) rejections.push(misfit(resource, requested, free, allocatable));
    }
    return rejections;
  };
}

function misfit(resource: string, requested: bigint, free: bigint, allocatable: bigint): Rejection {
  return { plugin: 'NodeResourcesFit', resource, requested, free, allocatable };
}

/** Names without a domain that are not known resources are not scheduled by. */
function isScheduled(resource: string): boolean {
  return (
    resource === 'cpu' ||
    resource === 'memory' ||
    resource === 'ephemeral-storage' ||
    resource.includes('/') ||
    resource.startsWith('hugepages-') ||
    resource.startsWith('attachable-volumes-')
  );
}
