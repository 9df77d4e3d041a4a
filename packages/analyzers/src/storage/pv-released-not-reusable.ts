import { CONFIDENCE, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { CLAIM_BREAKS, claimEvent, claimFinding } from '../support/claim-finding.ts';
import { claimsWith, releasedVolume } from '../support/claim-causes.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { type PendingClaim } from '../support/pending-claims.ts';

/** Reports volumes that remember an earlier claim while a new one of the same name waits for them. */
export const pvReleasedNotReusable: Analyzer = {
  meta: {
    id: 'pv-released-not-reusable',
    title: 'Released volume still belongs to an earlier claim',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolume', 'PersistentVolumeClaim', 'StorageClass', 'Pod', 'Event'],
    breaks: CLAIM_BREAKS,
    docs: {
      means:
        'A claim was deleted and created again. Its volume was retained with its data, but its claimRef still has the uid of the deleted claim, so the new claim cannot bind to it.',
      decides:
        'A pending claim has the name and namespace that the claimRef of a volume names, with another uid, and the volume fits in all else.',
      silent: 'For released volumes that no claim asks for: they are retained by design.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#retain'],
    },
  },
  *analyze({ snapshot }) {
    for (const pending of claimsWith(snapshot, 'released')) yield* findings(snapshot, pending);
  },
};

function* findings(snapshot: Snapshot, pending: PendingClaim): Iterable<Finding> {
  const candidate = releasedVolume(pending);
  if (candidate === undefined) return;
  const { volume: subject, phase } = candidate;
  const found = snapshot.list('PersistentVolume').find(({ metadata }) => metadata.name === subject.name);
  const stale = found?.spec?.claimRef?.uid ?? '';
  const claim = inWords(pending.ref);
  yield claimFinding(snapshot, pvReleasedNotReusable.meta, [pending], {
    subject,
    confidence: CONFIDENCE.proved,
    message: `PersistentVolume ${subject.name} still belongs to an earlier claim and is not bound to ${claim}`,
    cause: `spec.claimRef.uid of ${subject.name} is that of a deleted claim${stale === '' ? '' : ` (${stale})`}, and ${claim}, which asks for it, has another uid.`,
    evidence: [
      fromSpec(subject, 'spec.claimRef.uid', stale === '' ? 'of an earlier claim' : stale),
      { ...fromSpec(subject, 'status.phase', phase), source: 'status' },
      ...(pending.claim.metadata.uid === undefined
        ? []
        : [computed(pending.ref, `uid of the new claim: ${pending.claim.metadata.uid}`)]),
      ...claimEvent(pending),
    ],
    fixes: [
      {
        summary: `Let ${subject.name} forget the earlier claim`,
        steps: [
          'The data on the volume stays as it is, and the new claim gets it: make sure that it should.',
          `Name and namespace stay in claimRef, so that no other claim takes the volume.`,
        ],
        commands: [
          kubectl(
            undefined,
            'patch',
            `pv/${subject.name}`,
            '--type=merge',
            '-p',
            '{"spec":{"claimRef":{"uid":null,"resourceVersion":null}}}',
          ),
        ],
        effect: 'change',
        where: 'cluster',
      },
    ],
  });
}
