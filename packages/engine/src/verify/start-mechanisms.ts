import { podState } from '@kroot/graph';
import { type Mechanism, type ResourceRef, type Snapshot } from '@kroot/types';

/**
 * What can stop a pod on its way to being ready, in the kubelet's order: a pod that is stopped by one has not met those
 * after it yet.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/kuberuntime_container.go (startContainer)
 */
const ON_THE_WAY: readonly Mechanism[] = [
  'scheduling',
  'node-admission',
  'volume',
  'sandbox',
  'image',
  'container-config',
  'container-start',
  'container-exit',
  'readiness',
];

/** Of these a fault that is proved from specs stops every pod that comes by. */
const CERTAIN: ReadonlySet<Mechanism> = new Set([
  'scheduling',
  'volume',
  'image',
  'container-config',
  'container-start',
]);

/** What a pod has still before it, its present obstacle included; all of it for one that is not there yet. */
export function stillBefore(snapshot: Snapshot, pod: ResourceRef): readonly Mechanism[] {
  const found = snapshot.lookup({ ...pod, kind: 'Pod' as const });
  if (found.state !== 'present') return ON_THE_WAY;
  const { mechanism } = podState(snapshot, found.object);
  const at = mechanism === undefined ? -1 : ON_THE_WAY.indexOf(mechanism);
  return at === -1 ? [] : ON_THE_WAY.slice(at);
}

/** Everything that can stop a pod on its way. */
export function wholeWay(): readonly Mechanism[] {
  return ON_THE_WAY;
}

/** Whether a fault that breaks one of these stops a pod for certain, even where none has met it yet. */
export function stopsForCertain(breaks: readonly Mechanism[]): boolean {
  return breaks.some((mechanism) => CERTAIN.has(mechanism));
}

/** What shows only when something runs: no object says beforehand how it will go. */
const RUNNING: ReadonlySet<Mechanism> = new Set([
  'node-admission',
  'sandbox',
  'image',
  'container-start',
  'container-exit',
  'readiness',
  'node-lost',
  'eviction',
  'dependency',
]);

/** Whether a fault is one of how programs, registries and machines behave. */
export function isUpToPrograms(breaks: readonly Mechanism[]): boolean {
  return breaks.some((mechanism) => RUNNING.has(mechanism));
}
