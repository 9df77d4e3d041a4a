import { type Analyzer } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { webhookText } from '../support/webhook-text.ts';

/** Reports webhooks whose Service has no ready pods, where pods are refused for it. */
export const webhookNoEndpoints: Analyzer = createRule({
  id: 'webhook-no-endpoints',
  title: 'Webhook has no endpoints and blocks the creation of pods',
  reads: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'Service', 'Node'],
  breaks: ['pod-creation', 'admission'],
  waitsFor: ['endpoints'],
  docs: {
    means:
      'The API server has to ask a webhook that has failurePolicy Fail before it creates pods, and no pod behind its Service is ready.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `failed calling webhook` with `no endpoints available for service`. The webhook waits for its pods in turn, unless it refuses the very pods that it needs.',
    references: [
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
    ],
  },
  describe: webhookText,
});
