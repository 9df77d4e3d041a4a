import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
  type VolumeAttachment,
} from '@kroot/types';
import { type MountFailure } from '../messages/mount.ts';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { affectedBy, failuresOfKind, type VolumeFailure } from '../support/volume-failures.ts';
import { inline } from '../support/words.ts';

type Failing = VolumeFailure & { readonly failure: Extract<MountFailure, { readonly kind: 'attach' }> };

/** Reports volumes that the storage system does not attach to the node. */
export const attachFailed: Analyzer = {
  meta: {
    id: 'attach-failed',
    title: 'Volume cannot be attached to the node',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'VolumeAttachment', 'Event'],
    breaks: ['volume'],
    docs: {
      means:
        'The storage system or the CSI attacher refuses to attach a volume to the node: the disk is in another zone, does not exist, the node has as many as it can take, or a permission is missing.',
      decides:
        'The newest telling event of a pod that is held up at its volumes says AttachVolume.Attach failed, or the VolumeAttachment for volume and node carries an attachError.',
      silent:
        'During the first two minutes of a pod; Multi-Attach errors and drivers that are not registered have rules of their own.',
      references: ['https://kubernetes-csi.github.io/docs/external-attacher.html'],
    },
  },
  *analyze({ snapshot }) {
    const groups = new Map<
      string,
      { subject: ResourceRef; attachment: VolumeAttachment | undefined; failing: Failing[] }
    >();
    for (const one of failuresOfKind(snapshot, 'attach')) {
      const attachment = attachmentOf(snapshot, one);
      const subject = attachment === undefined ? volumeOf(one) : refOf(attachment);
      const known = groups.get(refKey(subject));
      if (known === undefined) groups.set(refKey(subject), { subject, attachment, failing: [one] });
      else known.failing.push(one);
    }
    for (const { subject, attachment, failing } of groups.values()) yield* findings(subject, attachment, failing);
  },
};

function volumeOf({ persistentVolume, failure }: Failing): ResourceRef {
  return ref('PersistentVolume', undefined, persistentVolume?.metadata.name ?? failure.volume);
}

/** The attachment that fails, if it says so itself. */
function attachmentOf(snapshot: Snapshot, failing: Failing): VolumeAttachment | undefined {
  const { name } = volumeOf(failing);
  return snapshot
    .list('VolumeAttachment')
    .find(
      ({ spec, status }) =>
        spec?.source?.persistentVolumeName === name &&
        spec.nodeName === failing.node &&
        status?.attachError !== undefined,
    );
}

function* findings(
  subject: ResourceRef,
  attachment: VolumeAttachment | undefined,
  failing: readonly Failing[],
): Iterable<Finding> {
  const [first] = failing;
  if (first === undefined) return;
  const volume = volumeOf(first);
  const what = first.claim === undefined ? volume.name : `${volume.name} of ${inWords(first.claim)}`;
  const said = attachment?.status?.attachError?.message ?? first.failure.detail;
  yield {
    rule: attachFailed.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(failing.map(({ pod }) => pod))),
    message: `Volume ${what} cannot be attached to ${first.node}`,
    cause: `Attaching ${what} to ${first.node} fails: "${inline(said)}".`,
    detail: { volume: volume.name, node: first.node },
    evidence: [fromEvent(first.event, first.pod.ref), ...errorEvidence(attachment), ...handleEvidence(first)],
    affects: affectedBy(failing, subject),
    fixes: [fixFor(first, attachment)],
  };
}

function errorEvidence(attachment: VolumeAttachment | undefined): readonly Evidence[] {
  const error = attachment?.status?.attachError;
  if (attachment === undefined || error === undefined) return [];
  const words = fromSpec(refOf(attachment), 'status.attachError', error.message ?? '');
  return [{ ...words, source: 'status', ...optional('lastSeen', error.time) }];
}

function handleEvidence(failing: Failing): readonly Evidence[] {
  const csi = failing.persistentVolume?.spec?.csi;
  return csi === undefined ? [] : [fromSpec(volumeOf(failing), 'spec.csi', `${csi.driver} ${csi.volumeHandle ?? ''}`)];
}

function fixFor(failing: Failing, attachment: VolumeAttachment | undefined): Fix {
  const { name } = volumeOf(failing);
  const handle = failing.persistentVolume?.spec?.csi?.volumeHandle;
  return {
    summary: `Clear what keeps ${name} from ${failing.node}`,
    steps: [
      `Look the disk${handle === undefined ? '' : ` ${handle}`} up in the storage system: does it exist, in which zone, attached to what?`,
      'If the words above do not tell, read the log of the csi-attacher of the driver. It tries again by itself.',
    ],
    commands: [
      ...(attachment === undefined
        ? []
        : [kubectl(undefined, 'get', 'volumeattachment', attachment.metadata.name, '-o', 'yaml')]),
      kubectl(undefined, 'describe', `pv/${name}`),
    ],
    effect: 'none',
    where: 'cluster',
  };
}
