import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { untoldRefusal } from '../support/untold-rule.ts';

/** Reports StatefulSets whose volume claims the API server refuses for a reason that no other rule knows. */
export const stsClaimCreateFailed: Analyzer = untoldRefusal({
  id: 'sts-claim-create-failed',
  title: 'Claim of a StatefulSet cannot be created',
  breaks: ['pod-creation', 'provisioning'],
  what: 'the claim of its next pod',
  docs: {
    means:
      'The next pod of a StatefulSet is not created, because the claim for its volume, which is made first, is refused.',
    decides:
      'The StatefulSet lacks pods, and its newest event FailedCreate begins with `create Claim` and gives a reason of its own.',
    references: [
      'https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/statefulset/stateful_pod_control.go',
    ],
  },
  afterwards: (subject) =>
    `volumeClaimTemplates cannot be changed in place: if they are wrong, delete ${inWords(subject)} with --cascade=orphan and apply it again.`,
});
