import { nearNames, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type Fix,
  type Ingress,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { backendPlaces, fieldPointer, whereWords, type BackendPlace } from '../support/ingress-backends.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { elsewhere, similarNames } from '../support/near-objects.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { counted, listed } from '../support/words.ts';

interface Use {
  readonly ingress: Ingress;
  readonly place: BackendPlace;
}

/** Reports Services that Ingresses route to and that do not exist. */
export const ingressBackendServiceMissing: Analyzer = {
  meta: {
    id: 'ingress-backend-service-missing',
    title: 'Ingress routes to a Service that does not exist',
    role: 'fault',
    severity: 'critical',
    reads: ['Ingress', 'Service'],
    breaks: ['route', 'endpoints', 'dependency'],
    docs: {
      means:
        'Requests to these hosts and paths are answered with 503 (or 404), because the Service that the Ingress names is not in its namespace.',
      decides:
        'The Services of the namespace are all known, and the one that a rule or the default backend names is not among them.',
      silent:
        'For backends that are no Services, for the pseudo port use-annotation of the AWS controller, and where the Services of the namespace are not all known.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-rules'],
    },
  },
  *analyze({ snapshot }) {
    const found = new Map<string, [Use, ...Use[]]>();
    for (const ingress of snapshot.list('Ingress')) {
      for (const place of backendPlaces(ingress)) {
        if (snapshot.lookup(place.service).state !== 'absent') continue;
        const known = found.get(refKey(place.service));
        if (known === undefined) found.set(refKey(place.service), [{ ingress, place }]);
        else known.push({ ingress, place });
      }
    }
    for (const uses of found.values()) yield finding(snapshot, uses);
  },
};

function finding(snapshot: Snapshot, uses: readonly [Use, ...Use[]]): Finding {
  const [{ place, ingress }] = uses;
  const { service } = place;
  const names = snapshot.list('Service', service.namespace).map(({ metadata }) => metadata.name);
  const ingresses = [...new Map(uses.map((use) => [use.ingress, refOf(use.ingress)])).values()];
  const where = listed(uses.map((use) => whereWords(use.place)));
  return {
    rule: ingressBackendServiceMissing.meta.id,
    subject: service,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `${inWords(service)} does not exist, but ${inWords(refOf(ingress))} routes ${where} to it`,
    cause: `${listed(ingresses.map((each) => inWords(each)))} ${ingresses.length === 1 ? 'sends' : 'send'} requests for ${where} to Service ${service.name}, and namespace ${service.namespace ?? ''} has no Service of that name.`,
    evidence: [
      ...uses.slice(0, 3).map((use) => fromSpec(refOf(use.ingress), `${use.place.field}.name`, service.name)),
      computed(service, `not among the ${counted(names.length, 'Service')} of namespace ${service.namespace ?? ''}`),
    ],
    affects: ingresses,
    fixes: fixesOf(uses, nearNames(service.name, names)[0]),
    ...notesOf(snapshot, service, names),
  };
}

function notesOf(snapshot: Snapshot, service: ResourceRef, names: readonly string[]): Pick<Finding, 'notes'> {
  const notes = [
    ...similarNames(service, names),
    ...elsewhere(snapshot, service).map((note) =>
      note.replace('pods can only use those', 'an Ingress can only route to those'),
    ),
  ];
  return notes.length === 0 ? {} : { notes };
}

function fixesOf(uses: readonly [Use, ...Use[]], best: string | undefined): readonly Fix[] {
  const [{ place, ingress }] = uses;
  const { service } = place;
  const look: Fix = {
    summary: `See which Services namespace ${service.namespace ?? ''} has`,
    steps: [`Route ${inWords(refOf(ingress))} to the Service that is meant, or apply ${inWords(service)}.`],
    commands: [kubectl(service.namespace, 'get', 'services')],
    effect: 'none',
    where: 'cluster',
  };
  if (best === undefined) return [look];
  const commands = [...new Set(uses.map((use) => use.ingress))].map((each) =>
    jsonPatch(
      refOf(each),
      uses
        .filter((use) => use.ingress === each)
        .map((use) => ({ op: 'replace' as const, path: `${fieldPointer(use.place.field)}/name`, value: best })),
    ),
  );
  return [
    {
      summary: `Route ${inWords(refOf(ingress))} to Service ${best}`,
      steps: uses
        .slice(0, 5)
        .map(
          (use) => `Change ${use.place.field}.name of ${inWords(refOf(use.ingress))} from ${service.name} to ${best}.`,
        ),
      commands,
      effect: 'change',
      where: 'cluster',
    },
    look,
  ];
}
