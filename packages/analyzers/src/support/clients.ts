import {
  controllerOf,
  isFinished,
  isTemplateCopy,
  memoize,
  podsOf,
  podState,
  presentObject,
  refOf,
  templateOf,
  timeOf,
  workloads,
  type PodState,
} from '@kroot/graph';
import { refKey, type Pod, type PodSpec, type ResourceRef, type Snapshot } from '@kroot/types';
import { podSpecPath } from './template-patch.ts';

/** A workload, or a pod that has none, with the settings by which it finds others. */
export interface Client {
  readonly ref: ResourceRef;
  readonly spec: PodSpec;
  readonly namespace: string;
  /** Path of the pod spec in `ref`. */
  readonly specPath: string;
  /** Its pods that are neither finished nor being deleted. */
  readonly pods: readonly PodState[];
}

/** Everything that has a living pod, in order. */
export const clients: (snapshot: Snapshot) => readonly Client[] = memoize((snapshot) => {
  const found: Client[] = [];
  const add = (target: ResourceRef, spec: PodSpec, pods: readonly Pod[]): void => {
    const alive = pods.filter((pod) => isAlive(pod)).map((pod) => podState(snapshot, pod));
    if (alive.length === 0) return;
    found.push({ ref: target, spec, namespace: target.namespace ?? '', specPath: podSpecPath(target), pods: alive });
  };
  for (const { ref, object, template } of workloads(snapshot)) {
    if (!isTemplateCopy(object)) add(ref, template.spec, podsOf(snapshot, ref));
  }
  for (const pod of snapshot.list('Pod')) if (!hasTemplate(snapshot, pod)) add(refOf(pod), pod.spec, [pod]);
  return found;
});

function isAlive(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Whether a workload that is known speaks for the pod. */
function hasTemplate(snapshot: Snapshot, pod: Pod): boolean {
  const controller = controllerOf(pod);
  const owner = controller === undefined ? undefined : presentObject(snapshot, controller);
  return owner !== undefined && templateOf(owner) !== undefined;
}

/** A path below the pod, as the field of the client. */
export function fieldOf({ specPath }: Client, path: string): string {
  return path.startsWith('spec.') ? `${specPath}${path.slice('spec'.length)}` : path;
}

const WAITING: ReadonlySet<string> = new Set(['exit', 'init-running', 'startup', 'readiness']);

/** The pods that are held up where a program that cannot reach its peers is: it ends, or never gets ready. */
export function waitingPods({ pods }: Client): readonly PodState[] {
  return pods.filter((state) => state.blocked && WAITING.has(state.stage) && !endsForItself(state));
}

/** Ended for a reason that has nothing to do with others: memory, a signal, a program that cannot be run. */
function endsForItself({ stage, culprit }: PodState): boolean {
  const { exitCode = 1, reason } = culprit?.terminated ?? {};
  if (stage !== 'exit') return false;
  return reason === 'OOMKilled' || exitCode === 126 || exitCode === 127 || (exitCode >= 128 && exitCode !== 143);
}

/**
 * The objects that a fault of a client's surroundings is seen on: its pods that are held up, and the workload, whose
 * crash loop is a finding of its own.
 */
export function sufferers(
  waiting: readonly { readonly client: Client; readonly pods: readonly PodState[] }[],
): readonly ResourceRef[] {
  const found = new Map<string, ResourceRef>();
  for (const { client, pods } of waiting) {
    for (const pod of pods) found.set(refKey(pod.ref), pod.ref);
    if (pods.length > 0) found.set(refKey(client.ref), client.ref);
  }
  return [...found.values()];
}

/** Since when a pod has been ready, in milliseconds since the epoch; undefined if it is not, or that is not told. */
export function readySince({ stage, pod }: PodState): number | undefined {
  if (stage !== 'ready') return undefined;
  const condition = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True');
  const starts = (pod.status?.containerStatuses ?? [])
    .map(({ state }) => timeOf(state?.running?.startedAt))
    .filter((time) => time !== undefined);
  return (
    timeOf(condition?.lastTransitionTime) ??
    (starts.length === 0 ? timeOf(pod.metadata.creationTimestamp) : Math.max(...starts))
  );
}
