import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { webhookText } from '../support/webhook-text.ts';

/** Reports webhooks whose Service does not exist, where pods are refused for it. */
export const webhookServiceMissing: Analyzer = createRule({
  id: 'webhook-service-missing',
  title: 'Webhook calls a Service that does not exist',
  reads: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'Service', 'Node'],
  breaks: ['pod-creation', 'admission'],
  docs: {
    means:
      'The API server has to ask a webhook before it creates pods, and the Service that the configuration names is not there: mostly a leftover of something that was removed.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `failed calling webhook` with `service … not found`.',
    references: [
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
    ],
  },
  describe: webhookText,
});
