import { refOf, serviceEndpoints } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Ingress, type IngressBackend, type Snapshot } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';

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
      decides: 'A backend Service of the Ingress exists and is known to have no ready endpoint.',
      silent:
        'When the Service is missing (another rule), has no selector, publishes unready addresses, or its endpoints are not known.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/ingress/'],
    },
  },
  *analyze({ snapshot }) {
    for (const ingress of snapshot.list('Ingress')) {
      const empty = backends(ingress).filter(({ backend }) => isEmpty(snapshot, ingress, backend));
      const [first] = empty;
      if (first === undefined) continue;
      const subject = refOf(ingress);
      const names = [...new Set(empty.map(({ backend }) => backend.service?.name ?? ''))].join(', ');
      const where = first.host === '' ? first.path : `${first.host}${first.path}`;
      yield {
        rule: 'ingress-backend-empty',
        subject,
        severity: 'critical',
        confidence: CONFIDENCE.proved,
        message: `${inWords(subject)} routes ${where} to Service ${names}, which has no ready endpoints`,
        cause: `Requests to ${where} find no pod behind Service ${names}.`,
        state: `fails for ${where}`,
        evidence: empty.slice(0, 3).map(({ field, backend }) => fromSpec(subject, field, `service ${backend.service?.name ?? ''}`)),
        fixes: [],
      };
    }
  },
};

interface Place {
  readonly backend: IngressBackend;
  readonly host: string;
  readonly path: string;
  readonly field: string;
}

function backends({ spec }: Ingress): readonly Place[] {
  const rules = (spec?.rules ?? []).flatMap(({ host, http }, i) =>
    (http?.paths ?? []).map(({ path, backend }, j) => ({
      backend,
      host: host ?? '',
      path: path ?? '/',
      field: `spec.rules[${i}].http.paths[${j}].backend.service`,
    })),
  );
  if (spec?.defaultBackend === undefined) return rules;
  return [...rules, { backend: spec.defaultBackend, host: '', path: '/', field: 'spec.defaultBackend.service' }];
}

function isEmpty(snapshot: Snapshot, ingress: Ingress, { service }: IngressBackend): boolean {
  if (service === undefined) return false;
  const target = ref('Service', ingress.metadata.namespace, service.name);
  const found = snapshot.lookup({ ...target, kind: 'Service' as const });
  if (found.state !== 'present' || found.object.spec?.publishNotReadyAddresses === true) return false;
  const endpoints = serviceEndpoints(snapshot, found.object);
  return endpoints.managed && endpoints.complete && endpoints.source !== 'unknown' && endpoints.ready.length === 0;
}
