import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { limitRangeText } from '../support/limit-range-text.ts';

/** Reports workloads with limits that are larger than a LimitRange allows. */
export const limitrangeMax: Analyzer = createRule({
  id: 'limitrange-max',
  title: 'Pods are larger than the LimitRange allows',
  reads: ['LimitRange'],
  docs: {
    means: 'A container or pod asks for more of a resource than the LimitRange of its namespace allows.',
    decides: 'A controller lacks pods now, and the words of its newest refusal name a maximum usage of a LimitRange.',
    references: ['https://kubernetes.io/docs/concepts/policy/limit-range/'],
  },
  describe: limitRangeText,
});
