import { podState, refOf, serviceEndpoints, workloadNamed, type ServiceEndpoints } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type AnalyzerContext, type Evidence, type Finding, type Service, type Snapshot } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { scaledToZeroBehind } from '../support/scaled-to-zero.ts';
import { needersOf } from '../support/service-need.ts';
import { counted } from '../support/words.ts';

/** Reports Services that select pods (or a workload's template) of which none is ready. */
export const svcAllEndpointsUnready: Analyzer = {
  meta: {
    id: 'svc-all-endpoints-unready',
    title: 'Service has no ready endpoints',
    role: 'symptom',
    severity: 'critical',
    reads: ['Service', 'EndpointSlice', 'Endpoints', 'Pod', 'Deployment', 'StatefulSet'],
    waitsFor: ['endpoints'],
    breaks: ['route', 'dependency', 'endpoints', 'extension-api', 'admission', 'name-resolution', 'metrics'],
    docs: {
      means: 'Whoever connects to the Service is refused, although the pods or the workload that it selects exist.',
      decides: 'EndpointSlices (else Endpoints, else the readiness of the selected pods) hold no ready address.',
      silent:
        'For Services without selector, of type ExternalName, or with publishNotReadyAddresses; when nothing is selected at all (other rules tell that); when the selected workload is scaled to zero and nobody needs it; while the selected pods are inside their grace windows; when endpoints are not known.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/service/#endpointslices'],
    },
  },
  *analyze(context) {
    const { snapshot } = context;
    for (const service of snapshot.list('Service')) {
      const endpoints = serviceEndpoints(snapshot, service);
      if (isEmpty(service, endpoints) && isMeant(context, service, endpoints)) yield finding(service, endpoints);
    }
  },
};

function isEmpty(service: Service, { managed, complete, ready, source }: ServiceEndpoints): boolean {
  if (!managed || service.spec?.publishNotReadyAddresses === true) return false;
  return source !== 'unknown' && complete && ready.length === 0;
}

/** Somebody should be behind it by now: a pod that is held up, or a workload that wants pods and has none. */
function isMeant(context: AnalyzerContext, service: Service, { selected, workloads }: ServiceEndpoints): boolean {
  const { snapshot } = context;
  const states = selected.map((pod) => podState(snapshot, pod));
  if (states.some(({ blocked }) => blocked)) return true;
  if (states.some(({ stage }) => stage !== 'completed' && stage !== 'failed' && stage !== 'terminating')) return false;
  if (workloads.some((target) => wantsPods(snapshot, target))) return true;
  const zero = scaledToZeroBehind(snapshot, service);
  return zero !== undefined && zero.onDemand === undefined && needersOf(context, service).length > 0;
}

function wantsPods(snapshot: Snapshot, target: ServiceEndpoints['workloads'][number]): boolean {
  return (workloadNamed(snapshot, target)?.replicas ?? 0) > 0;
}

function finding(service: Service, { source, notReady, selected }: ServiceEndpoints): Finding {
  const subject = refOf(service);
  const behind =
    selected.length === 0
      ? 'no pod exists'
      : selected.length === 1
        ? 'its only pod is not ready'
        : `none of its ${selected.length} pods is ready`;
  const evidence: Evidence = computed(
    subject,
    `${source === 'computed' ? 'readiness of the selected pods' : source}: 0 ready and ${counted(notReady.length, 'unready address', 'unready addresses')}`,
  );
  return {
    rule: svcAllEndpointsUnready.meta.id,
    subject,
    severity: 'critical',
    confidence: source === 'computed' ? CONFIDENCE.proved : CONFIDENCE.stated,
    message: `${inWords(subject)} has no ready endpoints: ${behind}`,
    cause: `Connections to the Service are refused because ${behind}.`,
    state: '0 endpoints',
    evidence: [evidence],
    fixes: [],
  };
}
