import { refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type AnalyzerContext,
  type Evidence,
  type Finding,
  type ResourceRef,
  type VolumeAttachment,
} from '@kroot/types';
import { attachConflicts } from '../support/attach-conflicts.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline, span } from '../support/words.ts';

/** Detaching a disk takes up to some minutes in most clouds. */
const GRACE = 300_000;

/** Reports volumes that are to be detached from a node and are not. */
export const vaStuckDetach: Analyzer = {
  meta: {
    id: 'va-stuck-detach',
    title: 'Volume is not detached from its node',
    role: 'fault',
    severity: 'warning',
    reads: ['VolumeAttachment', 'Node', 'CSINode', 'Pod', 'Event'],
    breaks: ['volume', 'deletion'],
    waitsFor: ['node-lost'],
    docs: {
      means:
        'A VolumeAttachment was deleted, which asks the CSI driver to detach the volume, and the driver does not manage to. The volume cannot be used on another node meanwhile.',
      decides:
        'The attachment has had a deletionTimestamp for more than five minutes, and carries a detachError or its node is gone.',
      silent:
        'In the first five minutes, and when a pod already waits for the same attachment with a Multi-Attach error: that is told as multi-attach-rwo.',
      references: ['https://kubernetes-csi.github.io/docs/external-attacher.html'],
    },
  },
  *analyze(context) {
    const told = new Set(
      attachConflicts(context.snapshot).flatMap(({ attachment }) =>
        attachment === undefined ? [] : [refKey(refOf(attachment))],
      ),
    );
    for (const attachment of context.snapshot.list('VolumeAttachment')) {
      if (isStuck(context, attachment) && !told.has(refKey(refOf(attachment)))) yield finding(context, attachment);
    }
  },
};

function isStuck({ snapshot, now }: AnalyzerContext, attachment: VolumeAttachment): boolean {
  const deleted = timeOf(attachment.metadata.deletionTimestamp);
  if (deleted === undefined || now - deleted < GRACE) return false;
  const node = ref('Node', undefined, attachment.spec?.nodeName ?? '');
  return attachment.status?.detachError !== undefined || snapshot.lookup(node).state === 'absent';
}

function fixes({ metadata, spec }: VolumeAttachment): Finding['fixes'] {
  const volume = spec?.source?.persistentVolumeName ?? '';
  return [
    {
      summary: `Let the driver ${spec?.attacher ?? ''} detach ${volume}`,
      steps: [
        'See whether its controller runs and what its csi-attacher logs; it tries again by itself once the storage system answers.',
      ],
      commands: [
        kubectl(undefined, 'get', `volumeattachment/${metadata.name}`, '-o', 'yaml'),
        kubectl(undefined, 'describe', `pv/${volume}`),
      ],
      effect: 'none',
      where: 'cluster',
    },
    {
      summary: `Remove the finalizers of ${inWords(ref('VolumeAttachment', undefined, metadata.name))}, if the disk is certainly detached`,
      steps: [
        `Make sure in the storage system that the disk is not attached to ${spec?.nodeName ?? ''} any more: two writers destroy its file system.`,
      ],
      commands: [
        kubectl(
          undefined,
          'patch',
          `volumeattachment/${metadata.name}`,
          '--type=merge',
          '-p',
          '{"metadata":{"finalizers":null}}',
        ),
      ],
      effect: 'destructive',
      where: 'cluster',
    },
  ];
}

/** What the attachment itself says against its end. */
function wordsOf(subject: ResourceRef, { spec, status }: VolumeAttachment): Evidence {
  const error = status?.detachError;
  if (error === undefined) {
    return fromSpec(subject, 'spec.nodeName', `${spec?.nodeName ?? ''}, which is no node of the cluster`);
  }
  return {
    ...fromSpec(subject, 'status.detachError', error.message ?? ''),
    source: 'status',
    ...optional('lastSeen', error.time),
  };
}

function finding({ snapshot, now }: AnalyzerContext, attachment: VolumeAttachment): Finding {
  const { metadata, spec, status } = attachment;
  const subject = ref('VolumeAttachment', undefined, metadata.name);
  const volume = spec?.source?.persistentVolumeName ?? '';
  const node = spec?.nodeName ?? '';
  const error = status?.detachError;
  const { deletionTimestamp = '' } = metadata;
  const age = span(now - (timeOf(deletionTimestamp) ?? now));
  const gone = snapshot.lookup(ref('Node', undefined, node)).state === 'absent';
  const why =
    error === undefined
      ? `node ${node} does not exist any more`
      : `the driver ${spec?.attacher ?? ''} says "${inline(error.message ?? '')}"`;
  return {
    rule: vaStuckDetach.meta.id,
    subject,
    severity: 'warning',
    confidence: error === undefined ? CONFIDENCE.strong : CONFIDENCE.stated,
    ...optional('since', metadata.deletionTimestamp),
    message: `Volume ${volume} has been detaching from ${node} for ${age}`,
    cause: `${inWords(subject)} was deleted ${age} ago to detach ${volume} from ${node}, and ${why}.`,
    detail: { volume, node },
    evidence: [fromSpec(subject, 'metadata.deletionTimestamp', deletionTimestamp), wordsOf(subject, attachment)],
    ...(gone ? { waitsFor: [] } : {}),
    fixes: fixes(attachment),
  };
}
