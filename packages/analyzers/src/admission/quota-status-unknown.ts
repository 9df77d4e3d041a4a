import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { createRule, failureOf, refusedDo, TRIES_AGAIN } from '../support/create-rule.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';

/** Reports quotas whose use nobody has counted, which lets nothing through. */
export const quotaStatusUnknown: Analyzer = createRule({
  id: 'quota-status-unknown',
  title: 'Use of a quota has not been counted',
  reads: ['ResourceQuota'],
  breaks: ['pod-creation', 'admission'],
  waitsFor: ['pod-creation'],
  docs: {
    means:
      'The API server admits nothing that a quota counts before the quota controller has written what is in use. That takes seconds for a new quota; if it lasts, the controller manager does not work.',
    decides: 'A controller lacks pods now, and the words of its newest refusal are `status unknown for quota`.',
    references: ['https://kubernetes.io/docs/concepts/policy/resource-quotas/'],
  },
  describe(group) {
    const { subject } = group;
    const resources = failureOf(group.refused[0], 'quota-unknown')?.resources ?? '';
    return {
      message: `${inWords(subject)} has not been counted: nothing that it limits is admitted`,
      cause: `${refusedDo(group, 'is', 'are')} refused new pods, because the use of ${resources} under ${inWords(subject)} is not known.`,
      confidence: CONFIDENCE.stated,
      fixes: [
        describeFix(subject, `See whether ${inWords(subject)} gets a status`, [
          `The quota controller writes status.used within seconds. ${TRIES_AGAIN}`,
        ]),
        {
          summary: 'If it gets none, see whether kube-controller-manager works',
          steps: ['The quota controller is part of it: its lease is renewed every few seconds while it runs.'],
          commands: [kubectl('kube-system', 'get', 'lease', 'kube-controller-manager', '-o', 'yaml')],
          effect: 'none',
          where: 'cluster',
        },
      ],
    };
  },
});
