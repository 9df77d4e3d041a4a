import { type KubernetesObject, type Node, type Pod, type PodSpec, type StringMap } from '@kroot/types';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { replayScheduling } from './replay.ts';

/** A node with its own name as hostname and plenty of everything. */
export function node(name: string, labels: StringMap = {}, spec: Node['spec'] = {}, allocatable: StringMap = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec,
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10', ...allocatable } },
  };
}

/** A pod in namespace `prod` with one container. */
export function pod(
  name: string,
  spec: Partial<PodSpec> = {},
  labels: StringMap = {},
  more: {
    readonly namespace?: string;
    readonly phase?: string;
    readonly deletionTimestamp?: string;
    readonly nominatedNodeName?: string;
  } = {},
): Pod {
  const { namespace = 'prod', phase = 'Pending', deletionTimestamp, nominatedNodeName } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    spec: { containers: [{ name: 'main' }], ...spec },
    status: { phase, ...(nominatedNodeName === undefined ? {} : { nominatedNodeName }) },
  };
}

/** Containers that request these amounts. */
export function requesting(requests: StringMap): Partial<PodSpec> {
  return { containers: [{ name: 'main', resources: { requests } }] };
}

/** The rejections of node `n` for a pod. */
export function rejectionsOf(waiting: Pod, others: readonly KubernetesObject[]): readonly unknown[] {
  const replay = replayScheduling(snapshotOf([waiting, ...others]), waiting);
  return [...replay.everywhere, ...(replay.nodes.find((entry) => entry.node.name === 'n')?.rejections ?? [])];
}
