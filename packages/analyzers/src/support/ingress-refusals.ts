import { eventsOf, eventTime, timeOf } from '@kroot/graph';
import { type Event, type Ingress, type Snapshot } from '@kroot/types';

/**
 * Reasons with which controllers refuse an Ingress: ingress-nginx, the AWS Load Balancer Controller, NGINX Inc., GKE. `Sync`
 * and `Translate` are also said when all is well, then as type Normal.
 */
const BAD: ReadonlySet<string> = new Set([
  'AnnotationParsingFailed',
  'FailedBuildModel',
  'FailedDeployModel',
  'Rejected',
  'AddedOrUpdatedWithError',
  'Translate',
  'Sync',
]);
const GOOD: ReadonlySet<string> = new Set(['SuccessfullyReconciled', 'AddedOrUpdated']);
/** ingress-nginx says this of every Ingress, also of one that it refuses. */
const IDLE = 'Scheduled for sync';
const STALE = 7_200_000;

/** What the controller of an Ingress said last that tells anything, if that is a refusal. */
export function ingressRefusal(snapshot: Snapshot, ingress: Ingress): Event | undefined {
  const event = eventsOf(snapshot, ingress).find(
    ({ reason = '', message = '' }) => (BAD.has(reason) || GOOD.has(reason)) && !message.startsWith(IDLE),
  );
  if (event === undefined || event.type === 'Normal' || !BAD.has(event.reason ?? '')) return undefined;
  const time = timeOf(eventTime(event));
  return time !== undefined && snapshot.now.getTime() - time > STALE ? undefined : event;
}
