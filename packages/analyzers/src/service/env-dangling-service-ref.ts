import { workloads, type ServiceReference } from '@kroot/graph';
import { CONFIDENCE, sameRef, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { clients, type Client } from '../support/clients.ts';
import { computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { isNewReference, nearServices, referenceEvidence, referenceHarm, referencesOf, referenceWords, sinceOfHarm } from '../support/reference-fault.ts';
import { changeReference, lookAtServices } from '../support/reference-fixes.ts';
import { onlyNamespaceWith } from '../support/same-name-service.ts';
import { uncreatedServices } from '../support/uncreated-services.ts';
import { counted, listed } from '../support/words.ts';

/** Reports workloads whose settings name a Service that does not exist. */
export const envDanglingServiceRef: Analyzer = {
  meta: {
    id: 'env-dangling-service-ref',
    title: 'Settings name a Service that does not exist',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'ConfigMap'],
    breaks: ['dependency', 'name-resolution', 'network'],
    waitsFor: ['admission'],
    docs: {
      means: 'A variable, an argument or a start-up script of running pods names a Service of the cluster that is not there, so the name does not resolve.',
      decides:
        'All Services of the namespace are known and the named one is not among them. It is a warning when something speaks for a mistake (a Service of a similar name, a workload of that name without Service, a start-up script that waits for it, a change of the last revision) while the pods are held up or have been ready for less than an hour.',
      silent:
        'For workloads without living pods, values that kroot cannot know (Secrets), and names outside the cluster. Only a note (info) when nothing but the missing Service speaks for a mistake, or the pods have been ready for long: many images have settings for parts that nobody installed.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/'],
    },
  },
  *analyze({ snapshot }) {
    for (const client of clients(snapshot)) {
      const seen = new Set<string>();
      for (const reference of referencesOf(snapshot, client)) {
        const { service, exists } = reference;
        const id = `${service.namespace ?? ''}/${service.name}`;
        if (exists !== 'absent' || seen.has(id) || onlyNamespaceWith(snapshot, reference) !== undefined) continue;
        seen.add(id);
        yield finding(snapshot, client, reference);
      }
    }
  },
};

function finding(snapshot: Snapshot, client: Client, reference: ServiceReference): Finding {
  const { service, certain } = reference;
  const near = nearServices(snapshot, service);
  const twin = workloadOfName(snapshot, reference);
  const isNew = isNewReference(snapshot, client, reference);
  const waitsForIt = reference.waits === true && client.pods.some(({ blocked, stage }) => blocked && stage === 'init-running');
  const harm = referenceHarm(snapshot, client, near.length > 0 || twin !== undefined || isNew || waitsForIt);
  const refusedBy = twin === undefined ? undefined : uncreatedServices(snapshot).find((refused) => sameRef(refused.service, service));
  const count = snapshot.list('Service', service.namespace).length;
  const notes = [
    ...(near.length === 0 ? [] : [`Namespace ${service.namespace ?? ''} has a Service of a similar name: ${listed(near)}.`]),
    ...(twin === undefined ? [] : [`${twin} has that name, but no Service of the name leads to it.`]),
    ...(isNew ? ['The previous revision of the Deployment did not name it.'] : []),
    ...(refusedBy === undefined ? [] : [`${inWords(refusedBy.quota)} allows no more Services (${refusedBy.used} of ${refusedBy.hard} in use).`]),
    ...(certain ? [] : ['Another DNS than that of the cluster might know the name.']),
    ...(harm.severity === 'info' ? ['It may be a setting for a part that was never installed: nothing is seen to suffer from it.'] : []),
  ];
  const [best] = near;
  return {
    rule: envDanglingServiceRef.meta.id,
    subject: client.ref,
    discriminator: `${service.namespace ?? ''}/${service.name}`,
    severity: harm.severity,
    confidence: waitsForIt || (certain && near.length > 0) ? CONFIDENCE.strong : CONFIDENCE.heuristic,
    ...optional('since', sinceOfHarm(harm)),
    message: `${inWords(client.ref)} names ${inWords(service)}, which does not exist`,
    cause: `${capitalised(referenceWords(reference))} is or holds ${reference.text}, and namespace ${service.namespace ?? ''} has no Service ${service.name}.`,
    detail: { service: service.name, text: reference.text, ...optional('variable', reference.variable) },
    evidence: [referenceEvidence(client, reference), computed(service, `not among the ${counted(count, 'Service')} of namespace ${service.namespace ?? ''}`)],
    breaks: harm.breaks,
    ...optional('affects', harm.affects),
    ...(refusedBy === undefined ? {} : { because: [{ ref: refusedBy.quota, mechanism: 'admission' }] }),
    fixes: [
      changeReference(client, reference, best === undefined ? undefined : reference.text.replace(service.name, best)),
      lookAtServices(service.namespace ?? '', `Find out whether a Service ${service.name} is missing or ${inWords(client.ref)} means another one.`),
    ],
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** A workload of the Service's namespace that has its very name. */
function workloadOfName(snapshot: Snapshot, { service }: ServiceReference): string | undefined {
  const found = workloads(snapshot).find(({ ref }) => ref.name === service.name && ref.namespace === service.namespace);
  return found === undefined ? undefined : inWords(found.ref);
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
