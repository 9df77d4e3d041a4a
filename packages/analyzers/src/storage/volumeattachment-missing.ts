import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Fix, type Snapshot } from '@kroot/types';
import { computed, fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { slowVolumes, type SlowVolume } from '../support/slow-volumes.ts';

/** Reports volumes that nobody attaches to the node of their pod. */
export const volumeattachmentMissing: Analyzer = {
  meta: {
    id: 'volumeattachment-missing',
    title: 'Nobody attaches a volume',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'VolumeAttachment', 'CSIDriver', 'Event'],
    breaks: ['volume'],
    docs: {
      means:
        'A pod waits for its volume, and either the attach/detach controller never asked for the attachment, or the csi-attacher of the driver does not answer. The controller in question does not work.',
      decides:
        'The kubelet timed out on the volume without another word. The driver has to attach volumes, all VolumeAttachments are known, and there is none for volume and node, or one that is neither attached nor refused.',
      silent:
        'For drivers with attachRequired: false or without CSIDriver object, while VolumeAttachments are not all known, and during the first minutes of a pod.',
      references: ['https://kubernetes-csi.github.io/docs/external-attacher.html'],
    },
  },
  *analyze({ snapshot }) {
    for (const slow of slowVolumes(snapshot)) if (slow.kind !== 'slow') yield finding(snapshot, slow);
  },
};

function finding(snapshot: Snapshot, { claim, volume, attachment, timeouts }: SlowVolume): Finding {
  const [first] = timeouts;
  const volumeRef = refOf(volume);
  const subject = attachment === undefined ? volumeRef : refOf(attachment);
  const driver = volume.spec?.csi?.driver ?? '';
  const asked =
    attachment === undefined
      ? computed(
          volumeRef,
          `none of the ${snapshot.list('VolumeAttachment').length} VolumeAttachments is for it and ${first.node}`,
        )
      : fromSpec(
          subject,
          'status.attached',
          `${attachment.status?.attached === undefined ? 'no status' : 'false'}, no attachError`,
        );
  return {
    rule: volumeattachmentMissing.meta.id,
    subject,
    discriminator: first.node,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    ...optional('since', sinceOf(timeouts.map(({ pod }) => pod))),
    message: `Volume ${volumeRef.name} of ${inWords(claim)} is not attached to ${first.node}, and nobody says why`,
    cause:
      attachment === undefined
        ? `${inWords(first.pod.ref)} waits for ${inWords(claim)} on ${first.node}, and the attach/detach controller has made no VolumeAttachment for it.`
        : `${inWords(first.pod.ref)} waits for ${inWords(claim)} on ${first.node}, and the attacher of driver ${driver} has not answered ${inWords(subject)}.`,
    evidence: [fromEvent(first.event, first.pod.ref), asked, fromSpec(volumeRef, 'spec.csi.driver', driver)],
    affects: [claim],
    fixes: [fixFor(attachment === undefined, driver, volumeRef.name)],
  };
}

function fixFor(neverAsked: boolean, driver: string, volume: string): Fix {
  return {
    summary: neverAsked
      ? 'See whether kube-controller-manager works, whose attach/detach controller asks for attachments'
      : `See whether the controller of driver ${driver} works, whose csi-attacher answers attachments`,
    steps: [
      neverAsked
        ? 'Its lease in kube-system must be renewed every few seconds; its log names what keeps the controller.'
        : 'Its pods must run, with a csi-attacher that holds its lease; its log names what it waits for.',
    ],
    commands: [
      kubectl(undefined, 'describe', `pv/${volume}`),
      kubectl(undefined, 'get', 'volumeattachments'),
      neverAsked
        ? kubectl('kube-system', 'get', 'lease/kube-controller-manager', '-o', 'yaml')
        : kubectl(undefined, 'get', 'leases', '-A'),
    ],
    effect: 'none',
    where: 'cluster',
  };
}
