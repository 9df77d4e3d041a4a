import { type ServiceReference } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { clients, type Client } from '../support/clients.ts';
import { computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import {
  referenceEvidence,
  referenceHarm,
  referencesOf,
  referenceWords,
  sinceOfHarm,
} from '../support/reference-fault.ts';
import { changeReference, lookAtServices } from '../support/reference-fixes.ts';
import { onlyNamespaceWith } from '../support/same-name-service.ts';

/** Reports workloads that name a Service in a namespace without it, while exactly one other namespace has it. */
export const dnsNameWrongNamespace: Analyzer = {
  meta: {
    id: 'dns-name-wrong-namespace',
    title: 'Service is named in the wrong namespace',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'ConfigMap'],
    breaks: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        "A pod asks for a Service by a name that is searched in the pod's own namespace (or in another one that it spells out), but the Service is in a different namespace, so the name does not resolve.",
      decides:
        'The Service is proved to be absent where the name leads, and exactly one other namespace has a Service of that name. A warning while pods are held up or have been ready for less than an hour.',
      silent:
        'When several namespaces have the name, when the Services of the namespace are not all known, and for workloads without living pods. Only a note (info) when the pods have been ready for long.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#namespaces-of-services'],
    },
  },
  *analyze({ snapshot }) {
    for (const client of clients(snapshot)) {
      const seen = new Set<string>();
      for (const reference of referencesOf(snapshot, client)) {
        const { service } = reference;
        const other = onlyNamespaceWith(snapshot, reference);
        const id = `${service.namespace ?? ''}/${service.name}`;
        if (other === undefined || seen.has(id)) continue;
        seen.add(id);
        yield finding(snapshot, client, reference, other);
      }
    }
  },
};

function finding(snapshot: Snapshot, client: Client, reference: ServiceReference, other: string): Finding {
  const { service } = reference;
  const meant = ref('Service', other, service.name);
  const harm = referenceHarm(snapshot, client, true);
  return {
    rule: dnsNameWrongNamespace.meta.id,
    subject: client.ref,
    discriminator: `${service.namespace ?? ''}/${service.name}`,
    severity: harm.severity,
    confidence: harm.waiting.length > 0 ? CONFIDENCE.strong : CONFIDENCE.heuristic,
    ...optional('since', sinceOfHarm(harm)),
    message: `${inWords(client.ref)} asks for ${inWords(service)}, but that Service is in namespace ${other}`,
    cause: `${reference.text} in ${referenceWords(reference)} means ${inWords(service)}, which does not exist; the only Service of that name is ${inWords(meant)}.`,
    detail: { service: service.name, namespace: other, text: reference.text },
    evidence: [
      referenceEvidence(client, reference),
      computed(meant, `the only Service ${service.name} of the cluster is in namespace ${other}`),
    ],
    breaks: harm.breaks,
    ...optional('affects', harm.affects),
    fixes: [
      changeReference(client, reference, withNamespace(reference, other)),
      lookAtServices(other, `See whether ${inWords(meant)} is the one that ${inWords(client.ref)} needs.`),
    ],
  };
}

/** The text with the namespace in it: `db:5432` becomes `db.data:5432`. */
function withNamespace({ text, service }: ServiceReference, other: string): string {
  const qualified = `${service.name}.${service.namespace ?? ''}`;
  return text.includes(qualified)
    ? text.replace(qualified, `${service.name}.${other}`)
    : text.replace(service.name, `${service.name}.${other}`);
}
