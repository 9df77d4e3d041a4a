import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { limitRangeText } from '../support/limit-range-text.ts';

/** Reports workloads with requests that are smaller than a LimitRange allows. */
export const limitrangeMin: Analyzer = createRule({
  id: 'limitrange-min',
  title: 'Pods are smaller than the LimitRange allows',
  reads: ['LimitRange'],
  docs: {
    means: 'A container or pod asks for less of a resource than the LimitRange of its namespace demands.',
    decides: 'A controller lacks pods now, and the words of its newest refusal name a minimum usage of a LimitRange.',
    references: ['https://kubernetes.io/docs/concepts/policy/limit-range/'],
  },
  describe: limitRangeText,
});
