import { conditionOf, memoize, podState, policiesSelecting, refOf } from '@kroot/graph';
import { compareRefs, ref, refKey, type Evidence, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { createGroups } from './create-groups.ts';
import { fromCondition } from './evidence.ts';
import { podsBehind } from './webhook-deadlock.ts';
import { calledService } from './webhook-text.ts';

/** A Service with ready pods that the API server does not reach. */
export interface ClosedPath {
  /** The webhook configuration or APIService that tells. */
  readonly caller: ResourceRef;
  readonly service: ResourceRef;
  readonly evidence: readonly Evidence[];
}

const NO_ANSWER =
  /context deadline exceeded|no route to host|i\/o timeout|Client\.Timeout exceeded|connection timed out|No agent available|proxy dial error/;

/** Every Service from which the API server is known to get no answer in time. */
export const silentServices: (snapshot: Snapshot) => readonly ClosedPath[] = memoize((snapshot) => [
  ...webhookPaths(snapshot),
  ...apiPaths(snapshot),
]);

/** Every Service that the API server does not reach although pods behind it are ready, one entry for each caller. */
export const closedPaths: (snapshot: Snapshot) => readonly ClosedPath[] = memoize((snapshot) =>
  silentServices(snapshot)
    .filter(({ service }) => podsBehind(snapshot, service).some((pod) => isReachable(snapshot, pod)))
    .toSorted((a, b) => compareRefs(a.caller, b.caller)),
);

/** A policy that isolates the pods may keep the API server out, which is then the pods' own matter. */
function isReachable(snapshot: Snapshot, pod: Pod): boolean {
  return podState(snapshot, pod).stage === 'ready' && policiesSelecting(snapshot, pod, 'Ingress').length === 0;
}

function webhookPaths(snapshot: Snapshot): readonly ClosedPath[] {
  return createGroups(snapshot).flatMap((group) => {
    const service = group.rule === 'webhook-timeout' ? calledService(group, snapshot) : undefined;
    if (service === undefined) return [];
    return [{ caller: group.subject, service, evidence: group.refused[0].evidence }];
  });
}

function apiPaths(snapshot: Snapshot): readonly ClosedPath[] {
  return snapshot.list('APIService').flatMap((object) => {
    const condition = conditionOf(object.status?.conditions, 'Available');
    const { namespace, name } = object.spec?.service ?? {};
    if (name === undefined || condition?.status !== 'False' || !NO_ANSWER.test(condition.message ?? '')) return [];
    const caller = refOf(object);
    return [{ caller, service: ref('Service', namespace, name), evidence: [fromCondition(caller, condition)] }];
  });
}

/** How many different Services are out of reach. */
export function servicesOf(paths: readonly ClosedPath[]): readonly ResourceRef[] {
  return [...new Map(paths.map(({ service }) => [refKey(service), service])).values()].toSorted(compareRefs);
}
