import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { limitRangeText } from '../support/limit-range-text.ts';

/** Reports volume claims of StatefulSets that a LimitRange refuses for their size. */
export const limitrangePvc: Analyzer = createRule({
  id: 'limitrange-pvc',
  title: 'Claim is smaller or larger than the LimitRange allows',
  reads: ['LimitRange'],
  breaks: ['pod-creation', 'provisioning'],
  docs: {
    means: 'The claim that the next pod of a StatefulSet needs is refused, so the pod is not created either.',
    decides:
      'The StatefulSet lacks pods now, and the words of its newest refusal name a minimum or maximum usage per PersistentVolumeClaim.',
    references: ['https://kubernetes.io/docs/tasks/administer-cluster/limit-storage-consumption/'],
  },
  describe: (group, snapshot) => limitRangeText(group, snapshot, 'Claims'),
});
