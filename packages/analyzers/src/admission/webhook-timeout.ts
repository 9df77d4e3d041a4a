import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { webhookText } from '../support/webhook-text.ts';

/** Reports webhooks that do not answer in time, where pods are refused for it. */
export const webhookTimeout: Analyzer = createRule({
  id: 'webhook-timeout',
  title: 'Webhook does not answer in time',
  reads: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'Service', 'Node'],
  breaks: ['pod-creation', 'admission'],
  waitsFor: ['endpoints', 'network'],
  docs: {
    means:
      'The API server has to ask a webhook before it creates pods, and gets no answer within its timeout: the way from the control plane to its pods is closed, or they are overloaded.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `failed calling webhook` with `context deadline exceeded` or another time-out.',
    references: [
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
    ],
  },
  describe: webhookText,
});
