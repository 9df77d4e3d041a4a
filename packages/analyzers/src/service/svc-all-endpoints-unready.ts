import { podState, refOf, serviceEndpoints, workloadNamed, type ServiceEndpoints } from '@kroot/graph';
import {
  CONFIDENCE,
  sameRef,
  type Analyzer,
  type AnalyzerContext,
  type Evidence,
  type Finding,
  type Service,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { scaledToZeroBehind } from '../support/scaled-to-zero.ts';
import { isNeeded, needersOf } from '../support/service-need.ts';
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
      const severity = isEmpty(service, endpoints) ? severityOf(context, service, endpoints) : undefined;
      if (severity !== undefined) yield finding(service, endpoints, severity);
    }
  },
};

function isEmpty(service: Service, { managed, complete, ready, source }: ServiceEndpoints): boolean {
  if (!managed || service.spec?.publishNotReadyAddresses === true) return false;
  return source !== 'unknown' && complete && ready.length === 0;
}

/**
 * Somebody should be behind it by now: a pod that is held up, or a workload that wants pods and has none. One that wants
 * none counts where somebody needs the Service all the same. Undefined when nobody is missed.
 */
function severityOf(
  context: AnalyzerContext,
  service: Service,
  { selected, workloads }: ServiceEndpoints,
): Severity | undefined {
  const { snapshot } = context;
  const states = selected.map((pod) => podState(snapshot, pod));
  if (states.some(({ blocked }) => blocked)) return 'critical';
  if (states.some(({ stage }) => stage !== 'completed' && stage !== 'failed' && stage !== 'terminating'))
    return undefined;
  if (workloads.some((target) => wantsPods(snapshot, target))) return 'critical';
  const zero = scaledToZeroBehind(snapshot, service);
  if (zero === undefined || zero.onDemand !== undefined) return undefined;
  const needers = needersOf(context, service);
  if (needers.length === 0) return undefined;
  return isNeeded(needers.filter((needer) => !sameRef(needer.ref, refOf(service)))) ? 'critical' : 'warning';
}

function wantsPods(snapshot: Snapshot, target: ServiceEndpoints['workloads'][number]): boolean {
  return (workloadNamed(snapshot, target)?.replicas ?? 0) > 0;
}

function finding(service: Service, { source, notReady, selected }: ServiceEndpoints, severity: Severity): Finding {
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
    severity,
    confidence: source === 'computed' ? CONFIDENCE.proved : CONFIDENCE.stated,
    message: `${inWords(subject)} has no ready endpoints: ${behind}`,
    cause: `Connections to the Service are refused because ${behind}.`,
    state: '0 endpoints',
    evidence: [evidence],
    fixes: [],
  };
}
