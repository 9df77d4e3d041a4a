import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type PersistentVolume,
  type Snapshot,
  type VolumeAttachment,
} from '@kroot/types';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { standingEvent } from '../support/standing-event.ts';
import { inline } from '../support/words.ts';

/** Reports volumes that could not be deleted after their claim was. */
export const pvFailedReclaim: Analyzer = {
  meta: {
    id: 'pv-failed-reclaim',
    title: 'Volume of a deleted claim cannot be deleted',
    role: 'fault',
    severity: 'warning',
    reads: ['PersistentVolume', 'Event'],
    breaks: ['deletion'],
    docs: {
      means:
        'The claim is gone and the reclaim policy says Delete, but the storage system refuses to delete the disk. It stays, costs money, and nobody can use it.',
      decides:
        'status.phase of the volume is Failed, or it is Released with policy Delete and the newest word about it is VolumeFailedDelete.',
      silent: 'For released volumes with policy Retain, which are kept on purpose.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming'],
    },
  },
  *analyze({ snapshot }) {
    for (const volume of snapshot.list('PersistentVolume')) {
      const { phase } = volume.status ?? {};
      const event = standingEvent(snapshot, volume, { bad: ['VolumeFailedDelete', 'VolumeFailedRecycle'] });
      const refused =
        phase === 'Released' && volume.spec?.persistentVolumeReclaimPolicy === 'Delete' && event !== undefined;
      if (phase === 'Failed' || refused) yield finding(snapshot, volume, event);
    }
  },
};

function finding(snapshot: Snapshot, volume: PersistentVolume, event: ReturnType<typeof standingEvent>): Finding {
  const subject = refOf(volume);
  const { status, spec } = volume;
  const words = status?.message ?? event?.message ?? '';
  const { namespace = '', name = '' } = spec?.claimRef ?? {};
  const claim = `${namespace}/${name}`;
  const attached = snapshot
    .list('VolumeAttachment')
    .find((attachment) => attachment.spec?.source?.persistentVolumeName === subject.name);
  return {
    rule: pvFailedReclaim.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', event?.firstTimestamp),
    message: `${inWords(subject)} of the deleted claim ${claim} cannot be deleted`,
    cause: `The claim ${claim} is gone and deleting its volume fails${words === '' ? '' : `: "${inline(words)}"`}.`,
    evidence: [
      phaseOf(volume),
      ...(event === undefined ? [] : [fromEvent(event, subject)]),
      ...(attached === undefined
        ? []
        : [fromSpec(refOf(attached), 'spec.nodeName', `${attached.spec?.nodeName ?? ''} still has the volume`)]),
    ],
    fixes: [lookAtDisk(volume, attached)],
  };
}

function phaseOf(volume: PersistentVolume): Evidence {
  const { phase = '', message } = volume.status ?? {};
  const words = message === undefined ? '' : `, message: ${message}`;
  return { ...fromSpec(refOf(volume), 'status', `phase: ${phase}${words}`), source: 'status' };
}

function lookAtDisk({ metadata, spec }: PersistentVolume, attached: VolumeAttachment | undefined): Fix {
  const handle = spec?.csi?.volumeHandle;
  return {
    summary: `Clear what keeps the storage system from deleting ${handle === undefined ? metadata.name : `disk ${handle}`}`,
    steps: [
      attached === undefined
        ? 'Look the disk up in the storage system: a snapshot, a lock, a missing permission or an attachment stands in the way.'
        : `Detach it from ${attached.spec?.nodeName ?? 'its node'} first.`,
      'The controller tries again by itself; a volume in phase Failed has to be deleted by hand once the disk is gone.',
    ],
    commands: [kubectl(undefined, 'describe', `pv/${metadata.name}`)],
    effect: 'none',
    where: 'cluster',
  };
}
