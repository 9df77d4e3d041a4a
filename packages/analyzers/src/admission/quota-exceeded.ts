import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { quotaText } from '../support/quota-text.ts';

/** Reports quotas on cpu, memory and other resources that leave no room for pods that are wanted. */
export const quotaExceeded: Analyzer = createRule({
  id: 'quota-exceeded',
  title: 'Resource quota is used up',
  reads: ['ResourceQuota'],
  breaks: ['pod-creation', 'admission'],
  docs: {
    means:
      'A controller wants more pods, and the API server refuses them because the quota of the namespace has no room for what they request.',
    decides:
      'A controller lacks pods now, and its ReplicaFailure condition or newest FailedCreate event says `exceeded quota`. Where the words have expired, a quota without scopes that the next pod would exceed counts as well, with less confidence.',
    references: ['https://kubernetes.io/docs/concepts/policy/resource-quotas/'],
  },
  describe: quotaText,
});
