import { eventsOf, eventTime, memoize, refOf, templateOf, timeOf, topOwner } from '@kroot/graph';
import { ref, type KubernetesObject, type ResourceRef, type Snapshot } from '@kroot/types';
import {
  refusedControllers,
  shortControllers,
  type RefusedController,
  type ShortController,
} from './create-failures.ts';
import { fromSpec } from './evidence.ts';
import { fullQuota, type FullQuota } from './quota-room.ts';

/** What is proved to refuse the next pod of a controller. */
export type SilentGate =
  | { readonly kind: 'quota'; readonly quota: FullQuota }
  | { readonly kind: 'service-account'; readonly account: ResourceRef }
  | { readonly kind: 'priority-class'; readonly priorityClass: ResourceRef };

/** A controller that lacks pods, of which no words are left, and the gate that its next pod would not pass. */
export interface SilentRefusal {
  readonly refused: RefusedController;
  readonly gate: SilentGate;
}

/** A controller acts within seconds; more than this, and it does not get on. */
const GRACE = 300_000;

/**
 * StatefulSets, DaemonSets and Jobs state refused creations by events only, which last an hour. One that still lacks pods, and
 * whose next pod cannot pass a gate that is in the snapshot, is refused by it. ReplicaSets keep a condition instead.
 */
export const silentRefusals: (snapshot: Snapshot) => readonly SilentRefusal[] = memoize((snapshot) => {
  const told = new Set(refusedControllers(snapshot).map(({ object }) => object));
  return shortControllers(snapshot)
    .filter(({ object }) => !told.has(object))
    .flatMap((short) => {
      const refused = lacking(snapshot, short);
      const gate = refused === undefined ? undefined : gateOf(snapshot, refused);
      return refused === undefined || gate === undefined ? [] : [{ refused, gate }];
    });
});

function lacking(snapshot: Snapshot, { object, lacks }: ShortController): RefusedController | undefined {
  const { creationTimestamp, deletionTimestamp } = object.metadata;
  const now = snapshot.now.getTime();
  const template = templateOf(object);
  if (lacks <= 0 || template === undefined || deletionTimestamp !== undefined) return undefined;
  if (now - (timeOf(creationTimestamp) ?? now) < GRACE || hasJustCreated(snapshot, object)) return undefined;
  const controller = refOf(object);
  return {
    controller,
    object,
    owner: topOwner(snapshot, object),
    template,
    lacks,
    evidence: [fromSpec(controller, 'status', `${lacks} fewer pods than wanted, and no event tells why`)],
  };
}

function hasJustCreated(snapshot: Snapshot, object: KubernetesObject): boolean {
  const made = eventsOf(snapshot, object).find(({ reason }) => reason === 'SuccessfulCreate');
  const at = timeOf(made === undefined ? undefined : eventTime(made));
  return at !== undefined && snapshot.now.getTime() - at < GRACE;
}

function gateOf(snapshot: Snapshot, refused: RefusedController): SilentGate | undefined {
  const spec = refused.template?.spec;
  const { namespace } = refused.controller;
  const account = ref('ServiceAccount', namespace, spec?.serviceAccountName ?? 'default');
  if (snapshot.lookup(account).state === 'absent') return { kind: 'service-account', account };
  const className = spec?.priorityClassName ?? '';
  const priorityClass = ref('PriorityClass', undefined, className);
  if (className !== '' && !className.startsWith('system-') && snapshot.lookup(priorityClass).state === 'absent') {
    return { kind: 'priority-class', priorityClass };
  }
  const quota = fullQuota(snapshot, refused);
  return quota === undefined ? undefined : { kind: 'quota', quota };
}
