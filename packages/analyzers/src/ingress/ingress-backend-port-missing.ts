import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Finding,
  type Ingress,
  type Service,
  type ServicePort,
  type Snapshot,
} from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { backendPlaces, fieldPointer, whereWords, type BackendPlace } from '../support/ingress-backends.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { listed } from '../support/words.ts';

/** Reports Ingresses that route to a port which their Service does not have. */
export const ingressBackendPortMissing: Analyzer = {
  meta: {
    id: 'ingress-backend-port-missing',
    title: 'Ingress routes to a port that the Service does not have',
    role: 'fault',
    severity: 'critical',
    reads: ['Ingress', 'Service'],
    breaks: ['route'],
    docs: {
      means:
        'Requests to these hosts and paths are answered with 503, because the Service has no port of the number or name that the Ingress asks for.',
      decides:
        'The backend Service exists, and none of its ports has the number (or name). Often the port of the pods was written instead of that of the Service.',
      silent:
        'For Services of type ExternalName, for backends without a port, and when the Service is missing (another rule).',
      references: ['https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressBackend'],
    },
  },
  *analyze({ snapshot }) {
    for (const ingress of snapshot.list('Ingress')) yield* findings(snapshot, ingress);
  },
};

function* findings(snapshot: Snapshot, ingress: Ingress): Iterable<Finding> {
  const seen = new Set<string>();
  for (const place of backendPlaces(ingress)) {
    const id = `${place.service.name}:${place.port ?? ''}`;
    const service = present(snapshot, 'Service', place.service.namespace, place.service.name);
    if (service === undefined || place.port === undefined || seen.has(id) || hasPort(service, place.port)) continue;
    seen.add(id);
    yield finding(ingress, place, service, id);
  }
}

function hasPort({ spec }: Service, wanted: string | number): boolean {
  if (spec?.type === 'ExternalName') return true;
  return (spec?.ports ?? []).some(({ port, name }) => port === wanted || name === wanted);
}

function finding(ingress: Ingress, place: BackendPlace, service: Service, id: string): Finding {
  const subject = refOf(ingress);
  const { port: wanted = '' } = place;
  const ports = service.spec?.ports ?? [];
  const asTarget = ports.find(({ targetPort }) => targetPort === wanted);
  const meant = asTarget ?? (ports.length === 1 ? ports[0] : undefined);
  const member = typeof wanted === 'number' ? 'number' : 'name';
  const has = listed(
    ports.map((port) => portWords(port)),
    5,
  );
  return {
    rule: ingressBackendPortMissing.meta.id,
    subject,
    discriminator: id,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} routes ${whereWords(place)} to port ${wanted} of Service ${place.service.name}, which has no such port`,
    cause: `The backend of ${whereWords(place)} is port ${wanted} of ${inWords(place.service)}, whose ${ports.length === 1 ? 'only port is' : 'ports are'} ${has === '' ? 'none' : has}.`,
    detail: { service: place.service.name, port: String(wanted) },
    evidence: [
      fromSpec(subject, `${place.field}.port.${member}`, String(wanted)),
      fromSpec(place.service, 'spec.ports', has === '' ? 'none' : has),
    ],
    fixes: [
      ...(meant === undefined
        ? []
        : [
            {
              summary: `Route ${inWords(subject)} to port ${meant.port} of Service ${place.service.name}`,
              steps: [`Change ${place.field}.port to number ${meant.port}.`],
              commands: [
                jsonPatch(subject, [
                  { op: 'replace' as const, path: `${fieldPointer(place.field)}/port`, value: { number: meant.port } },
                ]),
              ],
              effect: 'change' as const,
              where: 'cluster' as const,
            },
          ]),
      {
        summary: `See which ports ${inWords(place.service)} has`,
        steps: ['Use the number or name of a port of the Service, not that of its pods.'],
        commands: [kubectl(place.service.namespace, 'get', kubectlName(place.service), '-o', 'jsonpath={.spec.ports}')],
        effect: 'none',
        where: 'cluster',
      },
    ],
    ...(asTarget === undefined
      ? {}
      : { notes: [`${wanted} is the targetPort of port ${asTarget.port}: an Ingress names the port of the Service.`] }),
  };
}

function portWords({ port, name }: ServicePort): string {
  return name === undefined || name === '' ? String(port) : `${port} ("${name}")`;
}
