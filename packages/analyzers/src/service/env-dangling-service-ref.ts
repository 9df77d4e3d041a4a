import { workloads, type ServiceReference } from '@kroot/graph';
import { CONFIDENCE, refKey, sameRef, type Analyzer, type Finding, type Severity, type Snapshot } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { clients, type Client } from '../support/clients.ts';
import { computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import {
  isNewReference,
  nearServices,
  referenceEvidence,
  referenceHarm,
  referencesOf,
  referenceWords,
  sinceOfHarm,
} from '../support/reference-fault.ts';
import { lostPeers } from '../support/lost-peers.ts';
import { changeReference, lookAtServices } from '../support/reference-fixes.ts';
import { onlyNamespaceWith } from '../support/same-name-service.ts';
import { uncreatedServices, type UncreatedService } from '../support/uncreated-services.ts';
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
      means:
        'A variable, an argument or a start-up script of running pods names a Service of the cluster that is not there, so the name does not resolve.',
      decides:
        'All Services of the namespace are known and the named one is not among them. It is a warning when something speaks for a mistake (a Service of a similar name, a workload of that name without Service, a start-up script that waits for it, the last words of a program that crashes, a change of the last revision) while the pods are held up or have been ready for less than an hour.',
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

/** What speaks for a mistake. */
interface Signs {
  readonly near: readonly string[];
  readonly twin?: string;
  readonly refusedBy?: UncreatedService;
  readonly isNew: boolean;
  readonly isAwaited: boolean;
  /** The last words of a program that is held up name it. */
  readonly isNamed: boolean;
}

function signsOf(snapshot: Snapshot, client: Client, reference: ServiceReference): Signs {
  const twin = workloadOfName(snapshot, reference);
  const refusedBy =
    twin === undefined
      ? undefined
      : uncreatedServices(snapshot).find((refused) => sameRef(refused.service, reference.service));
  return {
    near: nearServices(snapshot, reference.service),
    ...optional('twin', twin),
    ...optional('refusedBy', refusedBy),
    isNew: isNewReference(snapshot, client, reference),
    isAwaited:
      reference.waits === true && client.pods.some(({ blocked, stage }) => blocked && stage === 'init-running'),
    isNamed: client.pods.some(
      ({ ref }) => lostPeers(snapshot).get(refKey(ref))?.has(refKey(reference.service)) === true,
    ),
  };
}

function finding(snapshot: Snapshot, client: Client, reference: ServiceReference): Finding {
  const { service, certain } = reference;
  const { namespace = '', name } = service;
  const signs = signsOf(snapshot, client, reference);
  const { near, twin, refusedBy, isNew, isAwaited, isNamed } = signs;
  const speaks = near.length > 0 || twin !== undefined || isNew || isAwaited || isNamed;
  const harm = referenceHarm(snapshot, client, speaks);
  const count = snapshot.list('Service', namespace).length;
  const notes = notesOf(reference, signs, harm.severity);
  const [best] = near;
  return {
    rule: envDanglingServiceRef.meta.id,
    subject: client.ref,
    discriminator: `${namespace}/${name}`,
    severity: harm.severity,
    confidence: isNamed || isAwaited || (certain && near.length > 0) ? CONFIDENCE.strong : CONFIDENCE.heuristic,
    ...optional('since', sinceOfHarm(harm)),
    message: `${inWords(client.ref)} names ${inWords(service)}, which does not exist`,
    cause: `${capital(referenceWords(reference))} names ${reference.text}, and namespace ${namespace} has no Service ${name}.`,
    detail: { service: name, text: reference.text, ...optional('variable', reference.variable) },
    evidence: [
      referenceEvidence(client, reference),
      computed(service, `not among the ${counted(count, 'Service')} of namespace ${namespace}`),
    ],
    breaks: harm.breaks,
    ...optional('affects', harm.affects),
    ...(refusedBy === undefined ? {} : { because: [{ ref: refusedBy.quota, mechanism: 'admission' }] }),
    fixes: [
      changeReference(client, reference, best === undefined ? undefined : reference.text.replace(name, best)),
      lookAtServices(
        namespace,
        `Find out whether a Service ${name} is missing or ${inWords(client.ref)} means another one.`,
      ),
    ],
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function notesOf({ service, certain }: ServiceReference, signs: Signs, severity: Severity): readonly string[] {
  const { near, twin, refusedBy, isNew } = signs;
  const notes: string[] = [];
  if (near.length > 0)
    notes.push(`Namespace ${service.namespace ?? ''} has a Service of a similar name: ${listed(near)}.`);
  if (twin !== undefined) notes.push(`${twin} has that name, but no Service of the name leads to it.`);
  if (isNew) notes.push('The previous revision of the Deployment did not name it.');
  if (refusedBy !== undefined) {
    notes.push(`${inWords(refusedBy.quota)} allows no more Services (${refusedBy.used} of ${refusedBy.hard} in use).`);
  }
  if (!certain) notes.push('Another DNS than that of the cluster might know the name.');
  if (severity === 'info') {
    notes.push('It may be a setting for a part that was never installed: nothing is seen to suffer from it.');
  }
  return notes;
}

/** A workload of the Service's namespace that has its very name. */
function workloadOfName(snapshot: Snapshot, { service }: ServiceReference): string | undefined {
  const found = workloads(snapshot).find(({ ref }) => ref.name === service.name && ref.namespace === service.namespace);
  return found === undefined ? undefined : inWords(found.ref);
}
