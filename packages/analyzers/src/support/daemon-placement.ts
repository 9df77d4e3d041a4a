import { replayScheduling, type Rejection } from '@kroot/graph';
import { type DaemonSet, type Pod, type ResourceRef, type Snapshot, type Toleration } from '@kroot/types';
import { inWords } from './kubectl.ts';

/** Why a DaemonSet does not want a pod on a node. */
export interface DaemonExclusion {
  readonly node: ResourceRef;
  /** `has no label disk`, `has taint a=b:NoSchedule`. */
  readonly words: string;
  /** The label that does not fit, where nodeSelector names one. */
  readonly label?: { readonly key: string; readonly wanted: string; readonly actual?: string };
  readonly isTaint: boolean;
  /** A taint that Kubernetes takes away by itself when the node is ready. */
  readonly isPassing: boolean;
}

/** What the controller adds to the pods of every DaemonSet. https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations */
const ADDED: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists',
    effect: 'NoSchedule',
  })),
];
const NETWORK: Toleration = { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' };

/** The nodes that a DaemonSet leaves out, with the first reason of each; undefined where the nodes are not all known. */
export function daemonExclusions(snapshot: Snapshot, set: DaemonSet): readonly DaemonExclusion[] | undefined {
  if (snapshot.coverage.state('Node') !== 'complete') return undefined;
  return replayScheduling(snapshot, podOf(set)).nodes.flatMap(({ node, rejections }) => {
    const reasons = rejections.map((rejection) => reasonOf(rejection)).filter((reason) => reason !== undefined);
    return reasons.slice(0, 1).map((reason) => ({ node, ...reason }));
  });
}

function reasonOf(rejection: Rejection): Omit<DaemonExclusion, 'node'> | undefined {
  if (rejection.plugin === 'TaintToleration') {
    const { key, value, effect } = rejection;
    return {
      words: `has taint ${key}${value === '' ? '' : `=${value}`}:${effect}`,
      isTaint: true,
      isPassing: isPassing(key),
    };
  }
  if (rejection.plugin !== 'NodeAffinity') return undefined;
  if (rejection.kind === 'affinity')
    return { words: 'does not fit its node affinity', isTaint: false, isPassing: false };
  const { key, wanted, actual } = rejection;
  return actual === undefined
    ? { words: `has no label ${key}`, label: { key, wanted }, isTaint: false, isPassing: false }
    : {
        words: `has ${key}=${actual}, not ${wanted}`,
        label: { key, wanted, actual },
        isTaint: false,
        isPassing: false,
      };
}

function isPassing(key: string): boolean {
  return key.startsWith('node.kubernetes.io/') || key.startsWith('node.cloudprovider.kubernetes.io/');
}

function podOf({ metadata, spec }: DaemonSet): Pod {
  const { template } = spec;
  const added = template.spec.hostNetwork === true ? [...ADDED, NETWORK] : ADDED;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: metadata.name, namespace: metadata.namespace ?? '' },
    spec: { ...template.spec, tolerations: [...(template.spec.tolerations ?? []), ...added] },
  };
}

/** `Node w1 has no label disk`. */
export function exclusionWords({ node, words }: DaemonExclusion): string {
  return `${inWords(node)} ${words}`;
}
