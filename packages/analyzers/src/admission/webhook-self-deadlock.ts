import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { webhookText } from '../support/webhook-text.ts';

/** Reports webhooks that refuse the pods without which they cannot answer. */
export const webhookSelfDeadlock: Analyzer = createRule({
  id: 'webhook-self-deadlock',
  title: 'Webhook refuses the very pods that it needs',
  reads: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'Service', 'Node'],
  breaks: ['pod-creation', 'admission'],
  docs: {
    means:
      'A webhook with failurePolicy Fail is asked about its own pods too, or about those of a node agent that its nodes need. None of its pods is ready, so nobody answers, and none is created.',
    decides:
      'A controller lacks pods because a webhook cannot be called, no pod behind the webhook is ready, and the refused pods are the webhook’s own, or those of a DaemonSet while the webhook’s pods have no usable node.',
    references: [
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#avoiding-deadlocks-in-self-hosted-webhooks',
    ],
  },
  describe: webhookText,
});
