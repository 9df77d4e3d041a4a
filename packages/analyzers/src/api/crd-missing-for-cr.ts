import {
  builtinKind,
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type CustomResourceDefinition,
  type Finding,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { refOf, timeOf } from '@kroot/graph';
import { unknownKinds, type UnknownKind } from '../messages/delivery-words.ts';
import {
  APPLICATION_KIND,
  failedDeliveries,
  HELM_RELEASE_KIND,
  KUSTOMIZATION_KIND,
  type FailedDelivery,
} from '../support/deliveries.ts';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { listed } from '../support/words.ts';

interface MissingKind {
  readonly subject: ResourceRef;
  readonly wanted: UnknownKind;
  /** The definition, where it is there and does not serve the version. */
  readonly definition?: CustomResourceDefinition;
  readonly deliveries: FailedDelivery[];
}

/** Reports kinds that a delivery needs and the API server does not serve. */
export const crdMissingForCr: Analyzer = {
  meta: {
    id: 'crd-missing-for-cr',
    title: 'Kind of an object that is to be applied is not installed',
    role: 'fault',
    severity: 'warning',
    reads: ['CustomResourceDefinition', APPLICATION_KIND, KUSTOMIZATION_KIND, HELM_RELEASE_KIND],
    breaks: ['extension-api'],
    docs: {
      means: 'A manifest names a kind or version that the API server does not serve, so the whole of it is refused.',
      decides:
        'Flux or Argo CD says `no matches for kind … in version …` or that the API could not find it, and no definition serves that kind and version now.',
      silent: 'Once the kind is served: then the words are older than the definition.',
      references: ['https://kubernetes.io/docs/reference/using-api/deprecation-guide/'],
    },
  },
  *analyze({ snapshot }) {
    const found = new Map<string, MissingKind>();
    for (const delivery of failedDeliveries(snapshot)) {
      for (const wanted of unknownKinds(delivery.words)) {
        const missing = missingKind(snapshot, wanted, delivery);
        if (missing === undefined) continue;
        const known = found.get(refKey(missing.subject));
        if (known === undefined) found.set(refKey(missing.subject), missing);
        else known.deliveries.push(delivery);
      }
    }
    for (const missing of found.values()) yield finding(missing);
  },
};

function missingKind(snapshot: Snapshot, wanted: UnknownKind, delivery: FailedDelivery): MissingKind | undefined {
  const definition = snapshot
    .list('CustomResourceDefinition')
    .find(({ spec }) => spec?.group === wanted.group && spec.names?.kind === wanted.kind);
  if (definition !== undefined) {
    const serves = (definition.spec?.versions ?? []).some(
      ({ name, served }) => name === wanted.version && served !== false,
    );
    const later = (timeOf(definition.metadata.creationTimestamp) ?? 0) > (timeOf(delivery.since) ?? 0);
    if (serves || later || wanted.version === undefined) return undefined;
    return { subject: refOf(definition), wanted, definition, deliveries: [delivery] };
  }
  if (builtinKind(wanted.kind)?.group === wanted.group || !wanted.group.includes('.')) return undefined;
  return { subject: ref('CustomResourceDefinition', undefined, nameOf(wanted)), wanted, deliveries: [delivery] };
}

/** The words have the kind only; plurals follow the rules of English nearly always. */
function nameOf({ kind, group }: UnknownKind): string {
  const lower = kind.toLowerCase();
  const plural = /[^aeiou]y$/.test(lower)
    ? `${lower.slice(0, -1)}ies`
    : `${lower}${/(?:s|x|ch|sh)$/.test(lower) ? 'es' : 's'}`;
  return `${plural}.${group}`;
}

function finding({ subject, wanted, definition, deliveries }: MissingKind): Finding {
  const { kind, group, version } = wanted;
  const what = `${kind} of ${group}${version === undefined ? '' : `/${version}`}`;
  const served = (definition?.spec?.versions ?? []).filter((each) => each.served !== false).map(({ name }) => name);
  const names = deliveries.map((each) => inWords(each.ref));
  return {
    rule: crdMissingForCr.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    message:
      definition === undefined
        ? `${what} is not installed`
        : `${inWords(subject)} does not serve version ${version ?? ''}`,
    cause: `${listed(names)} ${names.length === 1 ? 'applies' : 'apply'} a ${kind}, and ${definition === undefined ? 'no definition of it is in the cluster' : `the definition serves ${listed(served)} only`}.`,
    evidence: [
      ...deliveries.slice(0, 2).flatMap(({ evidence }) => evidence.slice(0, 1)),
      computed(subject, definition === undefined ? 'not found by the tool' : `serves ${served.join(', ')}`),
    ],
    affects: deliveries.map((each) => each.ref),
    fixes: [
      definition === undefined
        ? {
            summary: `Install the definition of ${kind} (${group}) before what uses it`,
            steps: [
              'It comes with the operator of that group. In Flux say it with dependsOn, in Argo CD with an earlier sync wave.',
            ],
            commands: [kubectl(undefined, 'api-resources', `--api-group=${group}`)],
            effect: 'none',
            where: 'git',
          }
        : {
            summary: `Write version ${served[0] ?? ''} in the manifest, or install the version that it wants`,
            steps: ['Definitions of an older or newer release of the operator serve other versions.'],
            commands: [kubectl(undefined, 'get', `crd/${subject.name}`, '-o', 'jsonpath={.spec.versions[*].name}')],
            effect: 'none',
            where: 'git',
          },
    ],
    ...(definition === undefined
      ? { notes: [`The name ${subject.name} is made from the kind: the words do not tell the plural.`] }
      : {}),
  };
}
