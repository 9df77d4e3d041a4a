import { podState, refOf, serviceEndpoints, type ServiceEndpoints } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Evidence, type Finding, type Service, type Snapshot } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';

/** Reports Services that select pods (or a workload's template) of which none is ready. */
export const svcAllEndpointsUnready: Analyzer = {
  meta: {
    id: 'svc-all-endpoints-unready',
    title: 'Service has no ready endpoints',
    role: 'symptom',
    severity: 'critical',
    reads: ['Service', 'EndpointSlice', 'Endpoints', 'Pod'],
    waitsFor: ['endpoints'],
    breaks: ['route', 'dependency', 'endpoints', 'extension-api', 'admission', 'name-resolution'],
    docs: {
      means: 'Whoever connects to the Service is refused, although the pods or the workload that it selects exist.',
      decides: 'EndpointSlices (else Endpoints, else the readiness of the selected pods) hold no ready address.',
      silent:
        'For Services without selector, of type ExternalName, or with publishNotReadyAddresses; when nothing is selected at all (other rules tell that); when the selected workload is scaled to zero; while the selected pods are inside their grace windows; when endpoints are not known.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/service/#endpointslices'],
    },
  },
  *analyze({ snapshot }) {
    for (const service of snapshot.list('Service')) {
      const endpoints = serviceEndpoints(snapshot, service);
      if (isEmpty(service, endpoints) && isMeant(snapshot, endpoints)) yield finding(service, endpoints);
    }
  },
};

function isEmpty(service: Service, { managed, complete, ready, source }: ServiceEndpoints): boolean {
  if (!managed || service.spec?.publishNotReadyAddresses === true) return false;
  return source !== 'unknown' && complete && ready.length === 0;
}

/** Somebody should be behind it by now: a pod that is held up, or a workload that wants pods and has none. */
function isMeant(snapshot: Snapshot, { selected, workloads }: ServiceEndpoints): boolean {
  const states = selected.map((pod) => podState(snapshot, pod));
  if (states.some(({ blocked }) => blocked)) return true;
  if (states.some(({ stage }) => stage !== 'completed' && stage !== 'failed')) return false;
  return workloads.some((ref) => {
    const found = snapshot.lookup(ref);
    if (found.state !== 'present' || ref.kind === 'Job' || ref.kind === 'CronJob') return false;
    const { spec } = found.object as { readonly spec?: { readonly replicas?: number } };
    return ref.kind !== 'DaemonSet' && (spec?.replicas ?? 1) > 0;
  });
}

function finding(service: Service, { source, notReady, selected }: ServiceEndpoints): Finding {
  const subject = refOf(service);
  const behind = selected.length === 0 ? 'no pod exists' : `none of its ${selected.length} pods is ready`;
  const evidence: Evidence = computed(subject, `${source}: 0 ready and ${notReady.length} unready addresses`);
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
