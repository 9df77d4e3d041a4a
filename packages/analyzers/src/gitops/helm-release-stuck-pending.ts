import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { HELM_RELEASE_KIND } from '../support/deliveries.ts';
import { type PendingRelease, pendingReleases } from '../support/pending-releases.ts';

/** Reports Helm releases that were interrupted and block every later change. */
export const helmReleaseStuckPending: Analyzer = {
  meta: {
    id: 'helm-release-stuck-pending',
    title: 'Helm release is stuck in an operation that nobody finishes',
    role: 'fault',
    severity: 'warning',
    reads: ['Secret', HELM_RELEASE_KIND],
    breaks: ['rollout'],
    docs: {
      means:
        'An install, upgrade or rollback was interrupted. Helm takes it for being under way and refuses every other: "another operation (install/upgrade/rollback) is in progress".',
      decides:
        'The Secret with the newest revision of a release (type helm.sh/release.v1) has the label status=pending-… for more than half an hour.',
      silent: 'While the operation may still run, and for pending revisions that a later one has superseded.',
      references: ['https://helm.sh/docs/topics/advanced/#storage-backends'],
    },
  },
  *analyze({ snapshot }) {
    for (const pending of pendingReleases(snapshot)) yield finding(pending);
  },
};

function finding({ ref: subject, release, namespace, revision, status, since, deployed }: PendingRelease): Finding {
  return {
    rule: helmReleaseStuckPending.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    since,
    message: `Helm release ${namespace}/${release} is stuck in ${status} at revision ${revision}`,
    cause: `Revision ${revision} of release ${release} is in ${status} since ${since}, so Helm refuses every other operation on it.`,
    detail: { release, revision, status },
    evidence: [
      fromSpec(subject, 'metadata.labels', `owner=helm, name=${release}, status=${status}, version=${revision}`),
    ],
    fixes: [
      {
        summary: `See the revisions of release ${release}`,
        steps: ['Make sure first that no pipeline or operator is still at work on it.'],
        commands: [{ argv: ['helm', '-n', namespace, 'history', release] }],
        effect: 'none',
        where: 'cluster',
      },
      deployed === undefined
        ? {
            summary: `Uninstall release ${release}, which was never installed completely, and install it again`,
            steps: ['Helm removes what the first try has made.'],
            commands: [{ argv: ['helm', '-n', namespace, 'uninstall', release] }],
            effect: 'destructive',
            where: 'cluster',
          }
        : {
            summary: `Roll release ${release} back to revision ${deployed}`,
            steps: ['That ends the pending operation; the change can then be made again.'],
            commands: [{ argv: ['helm', '-n', namespace, 'rollback', release, String(deployed)] }],
            effect: 'change',
            where: 'cluster',
          },
    ],
  };
}
