import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { webhookText } from '../support/webhook-text.ts';

/** Reports webhooks whose certificate the API server does not accept, where pods are refused for it. */
export const webhookTls: Analyzer = createRule({
  id: 'webhook-tls',
  title: 'Certificate of a webhook is not accepted',
  reads: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'Service', 'Node'],
  breaks: ['pod-creation', 'admission'],
  docs: {
    means:
      'The API server has to ask a webhook before it creates pods, and its certificate has expired, is for another name, or is not signed by the caBundle of the configuration.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `failed calling webhook` with `x509:`.',
    references: [
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
    ],
  },
  describe: webhookText,
});
