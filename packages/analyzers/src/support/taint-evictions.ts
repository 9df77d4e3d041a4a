import { conditionOf, eventTime, isConditionTaint, memoize, timeOf, topOwner } from '@kroot/graph';
import {
  compareRefs,
  ref,
  refKey,
  type Event,
  type Node,
  type Pod,
  type ResourceRef,
  type Snapshot,
  type Taint,
} from '@kroot/types';
import { lacksPods } from './lacks-pods.ts';
import { ownerByName } from './owner-by-name.ts';
import { unschedulablePods } from './unschedulable.ts';
import { unhealthyNodes } from './unhealthy-nodes.ts';
import { isWhole } from './whole.ts';

/** A taint that has driven pods from a node, and who has not got them back. */
export interface TaintEviction {
  readonly node: Node;
  readonly taint: Taint;
  /** Pods that are still there while they are driven out, or have ended. */
  readonly pods: readonly Pod[];
  /** Events about pods that may be gone. */
  readonly events: readonly Event[];
  /** Workloads that lack the pods, in order. */
  readonly owners: readonly [ResourceRef, ...ResourceRef[]];
}

const RECENT = 3_600_000;

/** Taints with effect NoExecute that someone put on a node under running pods, by node and taint. */
export const taintEvictions: (snapshot: Snapshot) => readonly TaintEviction[] = memoize((snapshot) => {
  const tainted = taintedNodes(snapshot);
  const events = tainted.length === 1 ? evictionEvents(snapshot) : [];
  return tainted.flatMap(({ node, taint }) => {
    const gone = events.filter(({ owner }) => isKeptOut(snapshot, owner, taint.key));
    const pods = snapshot
      .list('Pod')
      .filter((pod) => pod.spec.nodeName === node.metadata.name && isDrivenOut(pod) && lacksPods(snapshot, pod));
    const owners = new Map(pods.map((pod) => topOwner(snapshot, pod)).map((owner) => [refKey(owner), owner]));
    for (const { owner } of gone) owners.set(refKey(owner), owner);
    const [first, ...more] = [...owners.values()].toSorted(compareRefs);
    return first === undefined
      ? []
      : [{ node, taint, pods, events: gone.map(({ event }) => event), owners: [first, ...more] as const }];
  });
});

/** The taints of the node controller stand for a node that is lost, which is told of the node. */
function taintedNodes(snapshot: Snapshot): readonly { readonly node: Node; readonly taint: Taint }[] {
  const unhealthy = new Set(unhealthyNodes(snapshot).map(({ ref: { name } }) => name));
  return snapshot
    .list('Node')
    .filter(({ metadata }) => !unhealthy.has(metadata.name))
    .flatMap((node) => {
      const taint = (node.spec?.taints ?? []).find(
        ({ key, value = '', effect }) =>
          effect === 'NoExecute' &&
          !key.startsWith('node-role.kubernetes.io/') &&
          !isConditionTaint({ plugin: 'TaintToleration', key, value, effect }),
      );
      return taint === undefined ? [] : [{ node, taint }];
    });
}

function isDrivenOut({ status, metadata }: Pod): boolean {
  const target = conditionOf(status?.conditions, 'DisruptionTarget');
  const ended = metadata.deletionTimestamp !== undefined || status?.phase === 'Failed';
  return ended && target?.status === 'True' && target.reason === 'DeletionByTaintManager';
}

/** Whether a pod of the workload waits because of the taint: then it is the one that its pods were deleted for. */
function isKeptOut(snapshot: Snapshot, owner: ResourceRef, key: string): boolean {
  return unschedulablePods(snapshot).some(
    (pod) =>
      refKey(pod.owner) === refKey(owner) &&
      pod.replay.nodes.some(({ rejections }) =>
        rejections.some((rejection) => rejection.plugin === 'TaintToleration' && rejection.key === key),
      ),
  );
}

/**
 * Events about pods that the taint manager deleted, of workloads that have not got them back. They do not name the node, so
 * they can only be told to one that is the only one with such a taint.
 */
function evictionEvents(snapshot: Snapshot): readonly { readonly event: Event; readonly owner: ResourceRef }[] {
  const now = snapshot.now.getTime();
  // A node that is lost drives its pods out in the same way.
  if (unhealthyNodes(snapshot).length > 0) return [];
  return snapshot.list('Event').flatMap((event) => {
    const { kind, namespace, name } = event.involvedObject;
    const time = timeOf(eventTime(event));
    if (event.reason !== 'TaintManagerEviction' || kind !== 'Pod' || name === undefined) return [];
    if (!(event.message ?? '').startsWith('Marking for deletion')) return [];
    if (time === undefined || now - time > RECENT) return [];
    const owner = ownerByName(snapshot, ref('Pod', namespace, name));
    return owner === undefined || owner.kind === 'Pod' || isWhole(snapshot, owner) ? [] : [{ event, owner }];
  });
}

/** The node whose taint drove pods of a workload out that now fit nowhere for that same taint. */
export function drivenOutBy(snapshot: Snapshot, owner: ResourceRef, key: string): ResourceRef | undefined {
  const found = taintEvictions(snapshot).find(
    ({ taint, owners }) => taint.key === key && owners.some((one) => refKey(one) === refKey(owner)),
  );
  return found === undefined ? undefined : ref('Node', undefined, found.node.metadata.name);
}
