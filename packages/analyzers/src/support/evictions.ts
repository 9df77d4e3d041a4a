import { conditionOf, eventTime, eventsOf, memoize, podState, timeOf, topOwner, type PodState } from '@kroot/graph';
import { compareRefs, refKey, type Evidence, type Event, type ResourceRef, type Snapshot } from '@kroot/types';
import { readEviction, type Eviction } from '../messages/eviction.ts';
import { fromEvent, fromSpec } from './evidence.ts';
import { isWhole } from './whole.ts';

/** Evicted pods of one workload for one reason. */
export interface EvictionGroup {
  readonly owner: ResourceRef;
  /** The first one's reading; all of a group agree in kind and in resource, container or volume. */
  readonly eviction: Eviction;
  /** Newest first. */
  readonly pods: readonly PodState[];
  readonly nodes: readonly string[];
  /** Whether the workload has all its pods again. */
  readonly healed: boolean;
  /** Milliseconds: the last eviction, as far as the objects show. */
  readonly last?: number;
}

const RECENT = 3_600_000;

/** Evictions that still matter: of workloads that are not whole, or that happen again and again. */
export const evictions: (snapshot: Snapshot) => readonly EvictionGroup[] = memoize((snapshot) => {
  const groups = new Map<string, { owner: ResourceRef; eviction: Eviction; pods: PodState[] }>();
  for (const pod of snapshot.list('Pod')) {
    const { phase, reason, message = '' } = pod.status ?? {};
    const eviction = phase === 'Failed' && reason === 'Evicted' ? readEviction(message) : undefined;
    if (eviction === undefined) continue;
    const owner = topOwner(snapshot, pod);
    const key = [refKey(owner), eviction.kind, detailOf(eviction)].join('\n');
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { owner, eviction, pods: [podState(snapshot, pod)] });
    else known.pods.push(podState(snapshot, pod));
  }
  return [...groups.values()]
    .toSorted((a, b) => compareRefs(a.owner, b.owner))
    .map((group) => complete(snapshot, group))
    .filter((group) => matters(snapshot, group));
});

function detailOf(eviction: Eviction): string {
  if (eviction.kind === 'node') return eviction.resource;
  if (eviction.kind === 'container-limit') return eviction.container;
  return eviction.kind === 'empty-dir' ? eviction.volume : '';
}

function complete(
  snapshot: Snapshot,
  {
    owner,
    eviction,
    pods,
  }: { readonly owner: ResourceRef; readonly eviction: Eviction; readonly pods: readonly PodState[] },
): EvictionGroup {
  const sorted = pods.toSorted((a, b) => (evictedAt(snapshot, b) ?? 0) - (evictedAt(snapshot, a) ?? 0));
  const [first] = sorted;
  const last = first === undefined ? undefined : evictedAt(snapshot, first);
  const nodes = [...new Set(pods.map(({ pod }) => pod.spec.nodeName ?? ''))].toSorted();
  const healed = isWhole(snapshot, owner);
  return { owner, eviction, pods: sorted, nodes, healed, ...(last === undefined ? {} : { last }) };
}

/** When the kubelet evicted a pod. */
function evictedAt(snapshot: Snapshot, { pod }: PodState): number | undefined {
  const target = conditionOf(pod.status?.conditions, 'DisruptionTarget');
  const event = evictionEvent(snapshot, pod);
  return (
    timeOf(target?.lastTransitionTime) ??
    (event === undefined ? undefined : timeOf(eventTime(event))) ??
    timeOf(pod.status?.startTime)
  );
}

function evictionEvent(snapshot: Snapshot, pod: PodState['pod']): Event | undefined {
  return eventsOf(snapshot, pod).find(({ reason }) => reason === 'Evicted');
}

function matters(snapshot: Snapshot, { healed, pods, last }: EvictionGroup): boolean {
  if (!healed) return true;
  return pods.length > 1 && last !== undefined && snapshot.now.getTime() - last < RECENT;
}

/** The kubelet's words for the newest eviction. */
export function evictionEvidence(snapshot: Snapshot, { pods }: EvictionGroup): readonly Evidence[] {
  const [first] = pods;
  if (first === undefined) return [];
  const event = evictionEvent(snapshot, first.pod);
  const words = fromSpec(first.ref, 'status.message', first.pod.status?.message ?? '');
  return [{ ...words, source: 'status' }, ...(event === undefined ? [] : [fromEvent(event, first.ref)])];
}
