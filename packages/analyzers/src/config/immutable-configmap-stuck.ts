import { CONFIDENCE, ref, refKey, type Analyzer, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import { immutableObject, type Immutable } from '../messages/delivery-words.ts';
import {
  APPLICATION_KIND,
  failedDeliveries,
  HELM_RELEASE_KIND,
  KUSTOMIZATION_KIND,
  type FailedDelivery,
} from '../support/deliveries.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { textOf } from '../support/untyped.ts';

/** Reports immutable ConfigMaps and Secrets that a delivery wants to change. */
export const immutableConfigmapStuck: Analyzer = {
  meta: {
    id: 'immutable-configmap-stuck',
    title: 'Immutable ConfigMap or Secret is to be changed',
    role: 'fault',
    severity: 'warning',
    reads: ['ConfigMap', 'Secret', APPLICATION_KIND, KUSTOMIZATION_KIND, HELM_RELEASE_KIND],
    breaks: ['admission'],
    docs: {
      means:
        'The new content in Git is refused, because the object says immutable: true, and with it the rest of the delivery.',
      decides: 'Flux or Argo CD quotes `field is immutable when immutable is set`, and the object is immutable still.',
      silent: 'When the object is gone or was made again without the field.',
      references: ['https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable'],
    },
  },
  *analyze({ snapshot }) {
    const told = new Set<string>();
    for (const delivery of failedDeliveries(snapshot)) {
      const named = immutableObject(delivery.words);
      const subject = named === undefined ? undefined : findObject(snapshot, named, delivery);
      if (subject === undefined || told.has(refKey(subject))) continue;
      told.add(refKey(subject));
      yield finding(subject, delivery);
    }
  },
};

/** The object in the namespace that the words or the delivery name, else the only one of its name. */
function findObject(
  snapshot: Snapshot,
  { kind, namespace, name }: Immutable,
  { object }: FailedDelivery,
): ResourceRef | undefined {
  const known = namespace ?? textOf(object.spec, 'destination', 'namespace') ?? textOf(object.spec, 'targetNamespace');
  const candidates = [...snapshot.list(kind)].filter(
    ({ metadata, immutable }) =>
      metadata.name === name && immutable === true && (known === undefined || metadata.namespace === known),
  );
  const [only] = candidates;
  return candidates.length === 1 && only !== undefined ? ref(kind, only.metadata.namespace, name) : undefined;
}

function finding(subject: ResourceRef, delivery: FailedDelivery): Finding {
  return {
    rule: immutableConfigmapStuck.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    message: `${inWords(subject)} is immutable and is to be changed`,
    cause: `${inWords(delivery.ref)} brings new content for ${inWords(subject)}, which has immutable: true, so the API server refuses it.`,
    evidence: [...delivery.evidence.slice(0, 1), fromSpec(subject, 'immutable', 'true')],
    affects: [delivery.ref],
    fixes: [
      {
        summary: `Bring the new content under a new name in Git`,
        steps: [
          'A name with a hash of the content (Kustomize makes such) changes with it, and the pods that name it roll over.',
        ],
        commands: [kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml')],
        effect: 'none',
        where: 'git',
      },
      {
        summary: `Delete ${inWords(subject)} and let the delivery make it again`,
        steps: ['Pods that start in between do not find it.'],
        commands: [kubectl(subject.namespace, 'delete', kubectlName(subject))],
        effect: 'destructive',
        where: 'cluster',
      },
    ],
  };
}
