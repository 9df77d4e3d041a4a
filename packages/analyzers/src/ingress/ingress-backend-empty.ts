import { refOf, serviceEndpoints } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Ingress, type ResourceRef, type Snapshot } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { backendPlaces, whereWords, type BackendPlace } from '../support/ingress-backends.ts';
import { inWords } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { scaledToZeroBehind } from '../support/scaled-to-zero.ts';
import { listed } from '../support/words.ts';

/** Reports Ingresses that route to a Service without a ready endpoint. */
export const ingressBackendEmpty: Analyzer = {
  meta: {
    id: 'ingress-backend-empty',
    title: 'Ingress routes to a Service without endpoints',
    role: 'symptom',
    severity: 'critical',
    reads: ['Ingress', 'Service', 'EndpointSlice', 'Endpoints', 'Pod'],
    waitsFor: ['route'],
    breaks: ['route'],
    docs: {
      means: 'Requests to these hosts and paths are answered with 502 or 503.',
      decides:
        'A backend Service of the Ingress exists and is known to have no ready endpoint. Critical when EndpointSlices or Endpoints state that, a warning when it follows from the pods.',
      silent:
        'When the Service is missing (another rule), has no selector, publishes unready addresses, is scaled from zero by need, or its endpoints are not known.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/ingress/'],
    },
  },
  *analyze({ snapshot }) {
    for (const ingress of snapshot.list('Ingress')) {
      const empty = backendPlaces(ingress).flatMap((place) => {
        const source = emptyBy(snapshot, place.service);
        return source === undefined ? [] : [{ place, source }];
      });
      const [first] = empty;
      if (first !== undefined) yield finding(ingress, [first, ...empty.slice(1)]);
    }
  },
};

interface EmptyPlace {
  readonly place: BackendPlace;
  readonly source: string;
}

function finding(ingress: Ingress, empty: readonly [EmptyPlace, ...EmptyPlace[]]): Finding {
  const subject = refOf(ingress);
  const stated = empty.some(({ source }) => source !== 'computed');
  const names = listed([...new Set(empty.map(({ place }) => place.service.name))]);
  const where = whereWords(empty[0].place);
  const more = empty.length === 1 ? '' : ` and ${empty.length - 1} more`;
  return {
    rule: ingressBackendEmpty.meta.id,
    subject,
    severity: stated ? 'critical' : 'warning',
    confidence: stated ? CONFIDENCE.stated : CONFIDENCE.proved,
    message: `${inWords(subject)} routes ${where}${more} to Service ${names} without ready endpoints`,
    cause: `Requests to ${where} find no pod behind Service ${names}.`,
    state: `fails for ${where}`,
    evidence: empty
      .slice(0, 3)
      .map(({ place, source }) =>
        fromSpec(
          subject,
          place.field,
          `${place.service.name} (${source === 'computed' ? 'none of its pods is ready' : `no ready address in its ${source}`})`,
        ),
      ),
    fixes: [],
  };
}

/** What says that the Service has no ready endpoint; undefined when it has one or that is not known. */
function emptyBy(snapshot: Snapshot, target: ResourceRef): string | undefined {
  const service = present(snapshot, 'Service', target.namespace, target.name);
  if (service === undefined || service.spec?.publishNotReadyAddresses === true) return undefined;
  const { managed, complete, source, ready } = serviceEndpoints(snapshot, service);
  if (!managed || !complete || source === 'unknown' || ready.length > 0) return undefined;
  return scaledToZeroBehind(snapshot, service)?.onDemand === undefined ? source : undefined;
}
