import { type Analyzer } from '@kroot/types';
import { accountText } from '../support/account-text.ts';
import { createRule } from '../support/create-rule.ts';

/** Reports ServiceAccounts that workloads name and that do not exist. */
export const saMissing: Analyzer = createRule({
  id: 'sa-missing',
  title: 'ServiceAccount does not exist',
  reads: ['ServiceAccount'],
  docs: {
    means:
      'Pods name a ServiceAccount that is not in their namespace, so none of them can be created. Pods that run already are not touched.',
    decides: 'A controller lacks pods now, and the words of its newest refusal are `error looking up service account`.',
    references: ['https://kubernetes.io/docs/concepts/security/service-accounts/'],
  },
  describe: accountText,
});
