import { type Analyzer } from '@kroot/types';
import { supersededFindings, TEMPLATE_MECHANISMS } from '../support/superseded-rule.ts';

/** Reports StatefulSets whose template has been repaired while a broken pod of an earlier revision keeps the update from going on. */
export const stsRolloutStuckBadRevision: Analyzer = {
  meta: {
    id: 'sts-rollout-stuck-bad-revision',
    title: 'Broken pod of an earlier revision blocks the update of a StatefulSet',
    role: 'fault',
    severity: 'critical',
    reads: ['StatefulSet', 'Pod', 'Event'],
    breaks: ['rollout', ...TEMPLATE_MECHANISMS],
    waitsFor: ['node-lost'],
    docs: {
      means:
        'The template was changed back or repaired, but with ordered updates the controller waits until every pod is ready before it replaces one, and the broken pod never gets ready.',
      decides:
        'A pod of a StatefulSet with podManagementPolicy OrderedReady is held up, its label controller-revision-hash is not status.updateRevision, and the template differs from it in the container that fails (or in where it may run).',
      silent:
        'For pods of the newest revision, for podManagementPolicy Parallel, when the template differs only in parts that have nothing to do with the failure, and while the controller has not seen the newest template.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback'],
    },
  },
  *analyze({ snapshot }) {
    yield* supersededFindings(snapshot, stsRolloutStuckBadRevision.meta.id, ['not-ready']);
  },
};
