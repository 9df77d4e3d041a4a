import { claimConsumers, podState, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type PersistentVolumeClaim, type Snapshot } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { counted, listed } from '../support/words.ts';

/** Reports claims that are deleted as soon as their pods stop. */
export const pvcTerminatingInUse: Analyzer = {
  meta: {
    id: 'pvc-terminating-in-use',
    title: 'Claim in use is marked for deletion',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolumeClaim', 'PersistentVolume', 'Pod'],
    breaks: ['scheduling', 'volume'],
    docs: {
      means:
        'Someone deleted a claim that pods still use. It stays until the last of them stops, and then it goes, with the data if the reclaim policy is Delete. A pod that is restarted elsewhere meanwhile is not scheduled any more.',
      decides: 'The claim has a deletionTimestamp and pods use it. It is critical once a pod waits for it in vain.',
      silent: 'When no pod uses the claim, or all that do are being deleted too.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection'],
    },
  },
  *analyze({ snapshot }) {
    for (const claim of snapshot.list('PersistentVolumeClaim')) {
      if (claim.metadata.deletionTimestamp !== undefined) yield* findings(snapshot, claim);
    }
  },
};

function* findings(snapshot: Snapshot, claim: PersistentVolumeClaim): Iterable<Finding> {
  const pods = claimConsumers(snapshot, claim)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((pod) => podState(snapshot, pod));
  if (pods.length === 0) return;
  const subject = refOf(claim);
  const waiting = pods.filter(({ stage }) => stage === 'unscheduled');
  const volume = snapshot.list('PersistentVolume').find(({ metadata }) => metadata.name === claim.spec?.volumeName);
  const policy = volume?.spec?.persistentVolumeReclaimPolicy;
  const loss = policy === 'Delete' ? ', and its data with it' : '';
  const names = listed(pods.map(({ ref: { name } }) => name));
  yield {
    rule: pvcTerminatingInUse.meta.id,
    subject,
    severity: waiting.length > 0 ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', claim.metadata.deletionTimestamp),
    message: `${inWords(subject)} is marked for deletion while ${counted(pods.length, 'pod')} ${pods.length === 1 ? 'uses' : 'use'} it`,
    cause: `${inWords(subject)} was deleted at ${claim.metadata.deletionTimestamp ?? ''} while ${names} ${pods.length === 1 ? 'uses' : 'use'} it; it goes as soon as the last pod stops${loss}.`,
    evidence: [
      fromSpec(subject, 'metadata.deletionTimestamp', claim.metadata.deletionTimestamp ?? ''),
      fromSpec(subject, 'metadata.finalizers', (claim.metadata.finalizers ?? []).join(', ')),
      ...(policy === undefined || volume === undefined
        ? []
        : [fromSpec(refOf(volume), 'spec.persistentVolumeReclaimPolicy', policy)]),
      ...waiting
        .slice(0, 1)
        .map(({ ref }) => computed(ref, 'not scheduled: the scheduler refuses claims that are being deleted')),
    ],
    affects: refsOfPods(waiting),
    fixes: [
      ...(volume === undefined || policy !== 'Delete'
        ? []
        : [
            {
              summary: `Keep the data: set the reclaim policy of ${volume.metadata.name} to Retain before any pod stops`,
              steps: ['A deletion cannot be taken back. With Retain the volume and its data outlive the claim.'],
              commands: [
                kubectl(
                  undefined,
                  'patch',
                  `pv/${volume.metadata.name}`,
                  '-p',
                  '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}',
                ),
              ],
              effect: 'change' as const,
              where: 'cluster' as const,
            },
          ]),
      {
        summary: `Do not restart ${names} before its data is safe`,
        steps: ['Copy the data or take a snapshot, then stop the pods, create the claim again and restore.'],
        commands: [kubectl(subject.namespace, 'describe', 'pvc', subject.name)],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
