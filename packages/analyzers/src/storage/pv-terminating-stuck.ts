import { refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Finding,
  type PersistentVolume,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { span } from '../support/words.ts';

const PROTECTION = 'kubernetes.io/pv-protection';
const GRACE = 300_000;

/** Reports volumes that somebody deleted while a claim is bound to them. */
export const pvTerminatingStuck: Analyzer = {
  meta: {
    id: 'pv-terminating-stuck',
    title: 'Volume was deleted while a claim uses it',
    role: 'fault',
    severity: 'info',
    reads: ['PersistentVolume', 'PersistentVolumeClaim'],
    breaks: ['deletion'],
    docs: {
      means:
        'The volume stays Terminating as long as its claim exists and goes with it. Nothing fails yet, but what deleted the volume may have meant another one.',
      decides:
        'The volume has had a deletionTimestamp for five minutes, keeps its protection finalizer, and is bound to a claim that exists.',
      silent: 'For volumes whose claim is gone or being deleted as well: they follow it.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection'],
    },
  },
  *analyze({ snapshot, now }) {
    for (const volume of snapshot.list('PersistentVolume')) {
      const deleted = timeOf(volume.metadata.deletionTimestamp);
      if (deleted === undefined || now - deleted < GRACE) continue;
      const claim = boundClaim(snapshot, volume);
      if (claim !== undefined) yield finding(volume, claim, now - deleted);
    }
  },
};

function boundClaim(snapshot: Snapshot, { metadata, spec }: PersistentVolume): ResourceRef | undefined {
  const { namespace, name } = spec?.claimRef ?? {};
  if (!(metadata.finalizers ?? []).includes(PROTECTION) || namespace === undefined || name === undefined)
    return undefined;
  const target = { ...ref('PersistentVolumeClaim', namespace, name), kind: 'PersistentVolumeClaim' as const };
  const found = snapshot.lookup(target);
  const isBound = found.state === 'present' && found.object.spec?.volumeName === metadata.name;
  return isBound && found.object.metadata.deletionTimestamp === undefined ? target : undefined;
}

function finding(volume: PersistentVolume, claim: ResourceRef, age: number): Finding {
  const subject = refOf(volume);
  return {
    rule: pvTerminatingStuck.meta.id,
    subject,
    severity: 'info',
    confidence: CONFIDENCE.proved,
    ...optional('since', volume.metadata.deletionTimestamp),
    message: `${inWords(subject)} was deleted while ${inWords(claim)} uses it`,
    cause: `${inWords(subject)} was deleted ${span(age)} ago and goes as soon as ${inWords(claim)} does.`,
    evidence: [
      fromSpec(subject, 'metadata.deletionTimestamp', volume.metadata.deletionTimestamp ?? ''),
      fromSpec(subject, 'metadata.finalizers', (volume.metadata.finalizers ?? []).join(', ')),
      fromSpec(subject, 'spec.claimRef', `${claim.namespace ?? ''}/${claim.name}`),
    ],
    fixes: [
      describeFix(subject, `Save the data of ${inWords(claim)} before it goes`, [
        'A deletion cannot be taken back. Copy the data to a new claim, or set persistentVolumeReclaimPolicy to Retain so that at least the disk survives.',
      ]),
    ],
  };
}
