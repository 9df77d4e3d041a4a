import { serviceEndpoints, type ServiceReference } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type Service,
  type ServicePort,
  type Snapshot,
} from '@kroot/types';
import { clients, type Client } from '../support/clients.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { present } from '../support/present.ts';
import {
  isNewReference,
  referenceEvidence,
  referenceHarm,
  referencesOf,
  referenceWords,
  sinceOfHarm,
} from '../support/reference-fault.ts';
import { changeReference, lookAtServices } from '../support/reference-fixes.ts';
import { listed } from '../support/words.ts';

/** Reports workloads that use a port which the Service that they name does not have. */
export const svcPortNoConsumer: Analyzer = {
  meta: {
    id: 'svc-port-no-consumer',
    title: 'Settings name a port that the Service does not have',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'ConfigMap'],
    breaks: ['dependency', 'network'],
    docs: {
      means:
        'A variable or an argument of running pods names an existing Service with a port that is none of its ports, so connections get no answer.',
      decides:
        'The reference has the form HOST:PORT (or variables HOST and PORT), the Service exists with a cluster address, and none of its ports has the number. A warning while pods are held up or have been ready for less than an hour.',
      silent:
        'For headless Services, where the port is that of the pod, and ExternalName; for references of a workload to its own Service; for workloads without living pods. Only a note (info) when the pods have been ready for long.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies'],
    },
  },
  *analyze({ snapshot }) {
    for (const client of clients(snapshot)) {
      for (const reference of referencesOf(snapshot, client)) {
        const service =
          reference.port === undefined
            ? undefined
            : present(snapshot, 'Service', reference.service.namespace, reference.service.name);
        if (service !== undefined && isOutside(snapshot, client, reference, service))
          yield finding(snapshot, client, reference, service);
      }
    }
  },
};

function isOutside(snapshot: Snapshot, client: Client, { port }: ServiceReference, service: Service): boolean {
  const { type, clusterIP, ports = [] } = service.spec ?? {};
  if (type === 'ExternalName' || clusterIP === 'None' || ports.length === 0) return false;
  if (ports.some((each) => each.port === port || each.nodePort === port)) return false;
  return !serviceEndpoints(snapshot, service).workloads.some((own) => refKey(own) === refKey(client.ref));
}

function finding(snapshot: Snapshot, client: Client, reference: ServiceReference, service: Service): Finding {
  const { port = 0, service: target } = reference;
  const harm = referenceHarm(snapshot, client, true);
  const ports = service.spec?.ports ?? [];
  const numbers = listed(
    ports.map((each) => String(each.port)),
    5,
  );
  const meant = meantPort(ports, port);
  const notes = notesOf(snapshot, client, reference, ports);
  return {
    rule: svcPortNoConsumer.meta.id,
    subject: client.ref,
    discriminator: `${target.namespace ?? ''}/${target.name}:${port}`,
    severity: harm.severity,
    confidence: CONFIDENCE.strong,
    ...optional('since', sinceOfHarm(harm)),
    message: `${inWords(client.ref)} uses port ${port} of ${inWords(target)}, which has no such port`,
    cause: `${reference.text} in ${referenceWords(reference)} names port ${port}, but ${inWords(target)} has ${ports.length === 1 ? 'only port' : 'ports'} ${numbers}.`,
    detail: { service: target.name, port, text: reference.text },
    evidence: [
      referenceEvidence(client, reference),
      fromSpec(
        target,
        'spec.ports',
        ports
          .slice(0, 10)
          .map((each) => portText(each))
          .join(', '),
      ),
    ],
    breaks: harm.breaks,
    ...optional('affects', harm.affects),
    fixes: [
      changeReference(client, reference, meant === undefined ? undefined : withPort(reference.text, port, meant)),
      lookAtServices(target.namespace ?? '', `See which port of ${inWords(target)} is meant.`),
    ],
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function portText({ name, port }: ServicePort): string {
  return name === undefined ? String(port) : `${name}: ${port}`;
}

/** The only port, or the one that leads to the number on the pods. */
function meantPort(ports: readonly ServicePort[], port: number): number | undefined {
  const [only, ...more] = ports;
  return more.length === 0 ? only?.port : ports.find(({ targetPort }) => targetPort === port)?.port;
}

/** The text with another port; undefined when the port stands elsewhere. */
function withPort(text: string, port: number, meant: number): string | undefined {
  return text.includes(`:${port}`) ? text.replace(`:${port}`, `:${meant}`) : undefined;
}

function notesOf(
  snapshot: Snapshot,
  client: Client,
  reference: ServiceReference,
  ports: readonly ServicePort[],
): readonly string[] {
  const { port = 0 } = reference;
  const target = ports.find(({ targetPort }) => targetPort === port);
  return [
    ...(target === undefined ? [] : [`${port} is the port of the pods: clients of the Service use ${target.port}.`]),
    ...(isNewReference(snapshot, client, reference)
      ? ['The previous revision of the Deployment did not name this port.']
      : []),
  ];
}
