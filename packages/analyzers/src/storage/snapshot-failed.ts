import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Event,
  type Finding,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { computed, fromEvent, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { standingEvent } from '../support/standing-event.ts';
import { textOf } from '../support/untyped.ts';
import { inline } from '../support/words.ts';

const KIND = 'VolumeSnapshot.snapshot.storage.k8s.io';

/** https://github.com/kubernetes-csi/external-snapshotter/blob/master/pkg/common-controller/snapshot_controller.go */
const BAD: readonly string[] = [
  'SnapshotCreationFailed',
  'SnapshotContentCreationFailed',
  'SnapshotContentMissing',
  'SnapshotContentMismatch',
  'SnapshotContentMisbound',
  'SnapshotBindFailed',
  'SnapshotContentNotFound',
  'SnapshotPVCSourceMissing',
  'SnapshotFinalizerError',
  'GetSnapshotClassFailed',
  'SetDefaultSnapshotClassFailed',
  'ErrorPVCFinalizer',
];

/** Reports snapshots of volumes that could not be taken. */
export const snapshotFailed: Analyzer = {
  meta: {
    id: 'snapshot-failed',
    title: 'Snapshot of a volume fails',
    role: 'fault',
    severity: 'warning',
    reads: [KIND, 'VolumeSnapshotClass.snapshot.storage.k8s.io', 'PersistentVolumeClaim', 'Event'],
    breaks: ['provisioning'],
    docs: {
      means: 'A VolumeSnapshot cannot be used: there is no backup, and claims that are made from it get no volume.',
      decides:
        'status.error of the VolumeSnapshot carries a message while it is not ready to use, or the newest word about it is a failure.',
      silent: 'For snapshots that are ready to use, whatever errors they met on the way.',
      references: ['https://kubernetes.io/docs/concepts/storage/volume-snapshots/'],
    },
  },
  *analyze({ snapshot }) {
    for (const object of snapshot.list(KIND)) {
      const { status, metadata } = object;
      if (status?.readyToUse === true || metadata.deletionTimestamp !== undefined) continue;
      const event = standingEvent(snapshot, object, { bad: BAD, good: ['SnapshotCreated', 'SnapshotReady'] });
      const words = status?.error?.message ?? event?.message;
      if (words !== undefined && words !== '') yield finding(snapshot, object, words, event);
    }
  },
};

function finding(snapshot: Snapshot, object: UntypedObject, words: string, event: Event | undefined): Finding {
  const subject = refOf(object);
  const claim = textOf(object.spec, 'source', 'persistentVolumeClaimName');
  const named = textOf(object.spec, 'volumeSnapshotClassName');
  const source = claim === undefined ? undefined : ref('PersistentVolumeClaim', subject.namespace, claim);
  const lacksSource = source !== undefined && snapshot.lookup(source).state === 'absent';
  const error = object.status?.error;
  return {
    rule: snapshotFailed.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', error?.time ?? event?.firstTimestamp),
    message: `${inWords(subject)}${source === undefined ? '' : ` of claim ${source.name}`} fails`,
    cause: `The snapshot controller or driver says of ${inWords(subject)}: "${inline(words)}".`,
    evidence: [
      ...(error === undefined
        ? []
        : [
            {
              ...fromSpec(subject, 'status.error', error.message ?? ''),
              source: 'status' as const,
              ...optional('lastSeen', error.time),
            },
          ]),
      ...(event === undefined ? [] : [fromEvent(event, subject)]),
      ...(lacksSource ? [computed(source, `is not among the claims of namespace ${subject.namespace ?? ''}`)] : []),
    ],
    fixes: [
      describeFix(subject, `Repair the source or class of ${inWords(subject)}`, [
        lacksSource
          ? `Name a claim that exists in spec.source: there is no ${inWords(source)}.`
          : `Read what the driver objects to; it tries again by itself. ${named === undefined ? 'No volumeSnapshotClassName is set: there must be exactly one default class of the driver.' : `The class is ${named}.`}`,
      ]),
    ],
  };
}
