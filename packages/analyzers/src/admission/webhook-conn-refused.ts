import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { webhookText } from '../support/webhook-text.ts';

/** Reports webhooks whose server refuses connections, where pods are refused for it. */
export const webhookConnRefused: Analyzer = createRule({
  id: 'webhook-conn-refused',
  title: 'Webhook refuses connections',
  reads: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'Service', 'Node'],
  breaks: ['pod-creation', 'admission'],
  waitsFor: ['endpoints', 'network'],
  docs: {
    means:
      'The API server has to ask a webhook before it creates pods, and nothing listens where its Service leads: a wrong target port, or a process that is down.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `failed calling webhook` with `connection refused` or a connection that ends at once.',
    references: [
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
    ],
  },
  describe: webhookText,
});
