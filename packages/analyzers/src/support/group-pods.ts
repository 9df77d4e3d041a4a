import { podState, topOwner, type PodState, type Stage } from '@kroot/graph';
import { compareRefs, refKey, type AnalyzerContext, type ResourceRef } from '@kroot/types';

/** Pods of one workload whose same container is held up in the same way. */
export interface PodGroup {
  /** The top owner: what a user would edit. */
  readonly owner: ResourceRef;
  /** Name of the container; '' when the whole pod is held up. */
  readonly container: string;
  /** What tells groups of one container apart, as the caller chose it. */
  readonly key: string;
  /** In order of name. */
  readonly pods: readonly PodState[];
}

/** All pods that are held up at one of the stages, in order of namespace and name. */
export function blockedPods(context: AnalyzerContext, ...stages: readonly Stage[]): readonly PodState[] {
  const wanted = new Set(stages);
  return context.snapshot
    .list('Pod')
    .map((pod) => podState(context.snapshot, pod))
    .filter((state) => state.blocked && wanted.has(state.stage));
}

/**
 * Folds pods by workload, container and a key of the caller's: 50 replicas with one fault are one group. The key should be
 * what the fault is, without pod names, uids, addresses and times.
 */
export function groupPods(
  context: AnalyzerContext,
  pods: Iterable<{ readonly pod: PodState; readonly container: string; readonly key: string }>,
): readonly PodGroup[] {
  const groups = new Map<string, { owner: ResourceRef; container: string; key: string; pods: PodState[] }>();
  for (const { pod, container, key } of pods) {
    const owner = topOwner(context.snapshot, pod.pod);
    const id = [refKey(owner), container, key].join('\n');
    const known = groups.get(id);
    if (known === undefined) groups.set(id, { owner, container, key, pods: [pod] });
    else known.pods.push(pod);
  }
  return [...groups.values()].toSorted((a, b) => compareRefs(a.owner, b.owner));
}

/** The earliest moment of a group, as RFC 3339. */
export function sinceOf(pods: readonly PodState[]): string | undefined {
  const times = pods.map(({ since }) => since).filter((since) => since !== undefined);
  return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
}
