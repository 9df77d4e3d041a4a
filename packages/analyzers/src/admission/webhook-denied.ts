import { type Analyzer } from '@kroot/types';
import { createRule, failureOf, refusedOwners, TRIES_AGAIN } from '../support/create-rule.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { webhookConfiguration } from '../support/webhook-configurations.ts';
import { inline } from '../support/words.ts';

/** Reports workloads whose pods a policy webhook denies. */
export const webhookDenied: Analyzer = createRule({
  id: 'webhook-denied',
  title: 'Admission webhook denies the pods',
  reads: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
  docs: {
    means:
      'A policy in the cluster (Kyverno, Gatekeeper or another webhook) has looked at the pods and does not want them. The policy works: the template has to change, or the policy.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `admission webhook … denied the request`.',
    references: ['https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/'],
  },
  describe(group, snapshot) {
    const { webhook = '', reason = '' } = failureOf(group.refused[0], 'webhook-denied') ?? {};
    const configured = webhookConfiguration(snapshot, webhook);
    const said = reason === '' ? 'it gives no reason' : inline(reason, 400);
    return {
      message: `Admission webhook ${webhook} denies the pods of ${refusedOwners(group)}`,
      cause: `Webhook ${webhook}${configured === undefined ? '' : ` of ${inWords(configured.ref)}`} denies the pods of ${refusedOwners(group)}: ${said}.`,
      fixes: [
        describeFix(group.subject, `Change the template of ${inWords(group.subject)} so that the policy is met`, [
          reason === '' ? `Webhook ${webhook} gives no reason; its log has one.` : `Webhook ${webhook} says: ${said}.`,
          TRIES_AGAIN,
        ]),
        ...(configured === undefined
          ? []
          : [
              describeFix(configured.ref, `Or look who runs webhook ${webhook} and change its policy`, [
                `${inWords(configured.ref)} says which Service answers and for which objects it is asked.`,
              ]),
            ]),
      ],
    };
  },
});
