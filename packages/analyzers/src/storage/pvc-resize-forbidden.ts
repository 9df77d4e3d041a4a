import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Finding,
  type Fix,
  type PersistentVolumeClaim,
  type Snapshot,
} from '@kroot/types';
import { APPLICATION_KIND, HELM_RELEASE_KIND, KUSTOMIZATION_KIND } from '../support/deliveries.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { present } from '../support/present.ts';
import { deliveredChanges, type DeliveredChange } from '../support/refused-changes.ts';
import { inline } from '../support/words.ts';

/** Reports claims that are to be grown and whose class does not allow it. */
export const pvcResizeForbidden: Analyzer = {
  meta: {
    id: 'pvc-resize-forbidden',
    title: 'Claim may not be grown',
    role: 'fault',
    severity: 'warning',
    reads: ['PersistentVolumeClaim', 'StorageClass', HELM_RELEASE_KIND, KUSTOMIZATION_KIND, APPLICATION_KIND],
    breaks: ['rollout', 'admission'],
    docs: {
      means:
        'Git asks for a larger claim, and the API server refuses: its StorageClass does not allow volumes to be grown, or the volume was not made by a class.',
      decides:
        'Flux or Argo CD cannot deliver and repeats: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize.',
      silent: 'For claims that are not in the snapshot, and once a later delivery worked.',
      references: [
        'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const refused of deliveredChanges(snapshot)) {
      if (refused.change.kind === 'claim-size') yield finding(snapshot, refused);
    }
  },
};

function finding(snapshot: Snapshot, { change, delivery, object }: DeliveredChange): Finding {
  const subject = refOf(object);
  const { ref: source, evidence, since } = delivery;
  const claim: PersistentVolumeClaim | undefined = present(
    snapshot,
    'PersistentVolumeClaim',
    subject.namespace,
    subject.name,
  );
  const name = claim?.spec?.storageClassName ?? '';
  const storageClass = name === '' ? undefined : present(snapshot, 'StorageClass', undefined, name);
  const forbids = storageClass !== undefined && storageClass.allowVolumeExpansion !== true;
  return {
    rule: pvcResizeForbidden.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', since),
    message: `${inWords(source)} wants to grow ${inWords(subject)}, which ${forbids ? `StorageClass ${name} does not allow` : 'cannot be grown'}`,
    cause: `The API server refuses what ${inWords(source)} delivers: "${inline(change.words)}".`,
    evidence: [
      ...evidence.slice(0, 2),
      ...(forbids ? [fromSpec(refOf(storageClass), 'allowVolumeExpansion', 'not true')] : []),
      fromSpec(subject, 'spec.resources.requests.storage', claim?.spec?.resources?.requests?.['storage'] ?? ''),
    ],
    affects: [source],
    fixes: [fixFor(forbids ? name : undefined, subject)],
  };
}

function fixFor(storageClass: string | undefined, claim: Finding['subject']): Fix {
  if (storageClass === undefined) {
    return {
      summary: `Leave the size of ${inWords(claim)} as it is in Git`,
      steps: ['A volume that no class made cannot be grown: move the data to a larger claim of a class that can.'],
      commands: [
        kubectl(claim.namespace, 'get', 'pvc', claim.name, '-o', 'yaml'),
        kubectl(undefined, 'get', 'storageclasses'),
      ],
      effect: 'none',
      where: 'git',
    };
  }
  return {
    summary: `Allow volumes of StorageClass ${storageClass} to be grown, if its driver can do that`,
    steps: ['Set allowVolumeExpansion: true; the next delivery then goes through, and the driver grows the volume.'],
    commands: [kubectl(undefined, 'patch', `storageclass/${storageClass}`, '-p', '{"allowVolumeExpansion":true}')],
    effect: 'change',
    where: 'cluster',
  };
}
