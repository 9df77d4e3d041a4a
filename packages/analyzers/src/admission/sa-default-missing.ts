import { type Analyzer } from '@kroot/types';
import { accountText } from '../support/account-text.ts';
import { createRule } from '../support/create-rule.ts';

/** Reports namespaces without their default ServiceAccount. */
export const saDefaultMissing: Analyzer = createRule({
  id: 'sa-default-missing',
  title: 'Default ServiceAccount does not exist',
  reads: ['ServiceAccount'],
  docs: {
    means:
      'Every namespace gets a ServiceAccount "default" from the kube-controller-manager; without it no pod that names no other account can be created.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `error looking up service account NAMESPACE/default`.',
    references: ['https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/'],
  },
  describe(group, snapshot) {
    const text = accountText(group, snapshot);
    return {
      ...text,
      notes: [
        'The kube-controller-manager makes this account in every namespace, also again when it is deleted: if it does not come back within seconds, look there.',
        ...(text.notes ?? []),
      ],
    };
  },
});
