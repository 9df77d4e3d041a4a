import { matchesLabels, memoize, podState, workloads } from '@kroot/graph';
import { refKey, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { type RefusedController } from './create-failures.ts';
import { present } from './present.ts';

/** The pods that a Service selects, in any state. */
export function podsBehind(snapshot: Snapshot, service: ResourceRef): readonly Pod[] {
  const selector = present(snapshot, 'Service', service.namespace, service.name)?.spec?.selector;
  if (selector === undefined || Object.keys(selector).length === 0) return [];
  return snapshot.list('Pod', service.namespace).filter(({ metadata }) => matchesLabels(selector, metadata.labels));
}

const ownersBehind = memoize(() => new Map<string, ReadonlySet<string>>());

/** The workloads whose pods a Service selects, also those without pods. */
function workloadsBehind(snapshot: Snapshot, service: ResourceRef): ReadonlySet<string> {
  const known = ownersBehind(snapshot).get(refKey(service));
  if (known !== undefined) return known;
  const selector = present(snapshot, 'Service', service.namespace, service.name)?.spec?.selector ?? {};
  const found = workloads(snapshot)
    .filter(
      ({ ref: owner, template }) =>
        owner.namespace === service.namespace &&
        Object.keys(selector).length > 0 &&
        matchesLabels(selector, template.metadata?.labels),
    )
    .map(({ ref: owner }) => refKey(owner));
  const made = new Set(found);
  ownersBehind(snapshot).set(refKey(service), made);
  return made;
}

/**
 * The webhook refuses the pods that it needs itself: its own, or those of a node agent without which its own pods find
 * no node that is ready.
 */
export function isDeadlock(snapshot: Snapshot, refused: readonly RefusedController[], service: ResourceRef): boolean {
  const behind = podsBehind(snapshot, service);
  if (behind.some((pod) => podState(snapshot, pod).stage === 'ready')) return false;
  const own = workloadsBehind(snapshot, service);
  if (refused.some(({ owner }) => own.has(refKey(owner)))) return true;
  const agents = refused.some(({ owner }) => owner.kind === 'DaemonSet');
  const homeless = behind.some((pod) =>
    ['unscheduled', 'sandbox', 'node-lost'].includes(podState(snapshot, pod).stage),
  );
  return agents && homeless;
}
