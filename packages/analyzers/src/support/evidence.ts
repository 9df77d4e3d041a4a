import { eventCount, eventStart, eventTime, refTo, type ContainerState } from '@kroot/graph';
import { type Condition, type Event, type Evidence, type ResourceRef } from '@kroot/types';

function times(firstSeen: string | undefined, lastSeen: string | undefined): Pick<Evidence, 'firstSeen' | 'lastSeen'> {
  return { ...(firstSeen === undefined ? {} : { firstSeen }), ...(lastSeen === undefined ? {} : { lastSeen }) };
}

/** An event as evidence: its own words, count and times. */
export function fromEvent(event: Event, about?: ResourceRef): Evidence {
  const involved = about ?? refTo(event.involvedObject) ?? { group: '', kind: 'Event', name: event.metadata.name };
  return {
    source: 'event',
    ref: involved,
    path: event.reason ?? '',
    quote: event.message ?? '',
    count: eventCount(event),
    ...times(eventStart(event), eventTime(event)),
  };
}

/** A condition as evidence: `Ready=Unknown NodeStatusUnknown: Kubelet stopped posting node status.` */
export function fromCondition(ref: ResourceRef, condition: Condition): Evidence {
  const reason = condition.reason === undefined ? '' : ` ${condition.reason}`;
  const message = condition.message === undefined || condition.message === '' ? '' : `: ${condition.message}`;
  return {
    source: 'condition',
    ref,
    path: `status.conditions[${condition.type}]`,
    quote: `${condition.type}${condition.status === '' ? '' : `=${condition.status}`}${reason}${message}`,
    ...times(condition.lastTransitionTime, undefined),
  };
}

/** What the kubelet says about a container, waiting or terminated. */
export function fromContainer(pod: ResourceRef, state: ContainerState): Evidence {
  const { status, reason, message, terminated } = state;
  const path = `status.${state.role === 'app' ? 'containerStatuses' : 'initContainerStatuses'}[${state.name}]`;
  const end =
    terminated === undefined
      ? ''
      : `last exit ${terminated.exitCode}${terminated.reason === undefined ? '' : ` (${terminated.reason})`}`;
  const words = [reason, message ?? terminated?.message, end].filter((part) => part !== undefined && part !== '');
  return {
    source: 'status',
    ref: pod,
    path,
    quote: words.length === 0 ? 'not ready' : words.join(': '),
    ...(status?.restartCount === undefined || status.restartCount === 0 ? {} : { count: status.restartCount }),
    ...times(terminated?.startedAt, terminated?.finishedAt),
  };
}

/** A field of an object as evidence. */
export function fromSpec(ref: ResourceRef, path: string, quote: string): Evidence {
  return { source: 'spec', ref, path, quote };
}

/** What kroot worked out itself, with both sides of the comparison. */
export function computed(ref: ResourceRef, quote: string): Evidence {
  return { source: 'computed', ref, quote };
}
