import { claimConsumers, eventsOf, podState, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Finding,
  type Fix,
  type PersistentVolumeClaim,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { CLAIM_BREAKS } from '../support/claim-finding.ts';
import { computed, fromEvent, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { refsOfPods } from '../support/pods-on-node.ts';

/** Reports claims that have lost their volume. */
export const pvcLost: Analyzer = {
  meta: {
    id: 'pvc-lost',
    title: 'Claim has lost its volume',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolumeClaim', 'PersistentVolume', 'Pod', 'Event'],
    breaks: CLAIM_BREAKS,
    docs: {
      means:
        'A claim was bound, and its PersistentVolume is gone or bound to another claim. Its data may be lost; the claim never gets another volume.',
      decides: 'status.phase of the claim is Lost. Whether the volume still exists is looked up.',
      silent: 'For all other phases.',
      references: [
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/volume/persistentvolume/pv_controller.go',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const claim of snapshot.list('PersistentVolumeClaim')) {
      if (claim.status?.phase === 'Lost') yield finding(snapshot, claim);
    }
  },
};

function finding(snapshot: Snapshot, claim: PersistentVolumeClaim): Finding {
  const subject = refOf(claim);
  const name = claim.spec?.volumeName ?? '';
  const target = { ...ref('PersistentVolume', undefined, name), kind: 'PersistentVolume' as const };
  const volume = name === '' ? undefined : snapshot.lookup(target);
  const pods = claimConsumers(snapshot, claim);
  const harmed = pods.length === 0 || pods.some((pod) => podState(snapshot, pod).stage !== 'ready');
  const fate = fateOf(volume?.state, volume?.state === 'present' ? volume.object.spec?.claimRef : undefined);
  return {
    rule: pvcLost.meta.id,
    subject,
    severity: harmed ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    message: `${inWords(subject)} has lost its volume${name === '' ? '' : ` ${name}`}`,
    cause: `${inWords(subject)} was bound to ${name === '' ? 'a PersistentVolume' : `PersistentVolume ${name}`}, which ${fate}.`,
    evidence: [
      { ...fromSpec(subject, 'status.phase', 'Lost'), source: 'status' },
      ...eventsOf(snapshot, claim)
        .filter(({ reason }) => reason === 'ClaimLost' || reason === 'ClaimMisbound')
        .slice(0, 1)
        .map((event) => fromEvent(event, subject)),
      ...(name === '' ? [] : [computed(target, fate)]),
    ],
    affects: refsOfPods(pods),
    fixes: [fixFor(subject, name)],
  };
}

function fixFor({ namespace, name }: ResourceRef, volume: string): Fix {
  return {
    summary: `Find out whether the storage behind ${volume === '' ? 'the claim' : volume} still exists`,
    steps: [
      'Do not delete the claim yet: look in the storage system for the volume.',
      `If it exists, create claim ${namespace ?? ''}/${name} and the PersistentVolume again, with a claimRef that names the claim; if not, restore from a backup.`,
    ],
    commands: [kubectl(namespace, 'describe', 'pvc', name)],
    effect: 'none',
    where: 'cluster',
  };
}

function fateOf(
  state: 'present' | 'absent' | 'unknown' | undefined,
  holder: { readonly namespace?: string; readonly name?: string } | undefined,
): string {
  if (state === 'absent') return 'does not exist any more';
  if (state === 'present' && holder !== undefined)
    return `is bound to claim ${holder.namespace ?? ''}/${holder.name ?? ''}`;
  return 'the volume controller no longer finds for it';
}
