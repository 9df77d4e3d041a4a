import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { limitRangeText } from '../support/limit-range-text.ts';

/** Reports workloads with limits further above their requests than a LimitRange allows. */
export const limitrangeRatio: Analyzer = createRule({
  id: 'limitrange-ratio',
  title: 'Limit and request are further apart than the LimitRange allows',
  reads: ['LimitRange'],
  docs: {
    means: 'The limit of a container is a larger multiple of its request than the LimitRange of its namespace allows.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal name a limit to request ratio of a LimitRange.',
    references: ['https://kubernetes.io/docs/concepts/policy/limit-range/'],
  },
  describe: limitRangeText,
});
