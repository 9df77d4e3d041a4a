import { type Analyzer } from '@kroot/types';
import { apiServerFindings, webhookCallers } from '../support/api-server-rule.ts';

/** Reports NetworkPolicies that do not let the API server in to the pods of a webhook. */
export const npBlocksWebhook: Analyzer = {
  meta: {
    id: 'np-blocks-webhook',
    title: 'NetworkPolicy keeps the API server out of a webhook',
    role: 'fault',
    severity: 'critical',
    reads: [
      'NetworkPolicy',
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
      'Service',
      'EndpointSlice',
      'Endpoints',
      'Pod',
      'Namespace',
      'Node',
      'Deployment',
      'DaemonSet',
      'ReplicaSet',
      'Event',
    ],
    breaks: ['network'],
    docs: {
      means:
        'The API server has to ask a webhook before it creates or changes objects, and its pods are isolated for ingress without a rule for the API server: requests time out.',
      decides:
        'The addresses behind Service default/kubernetes are those of the API server, or the agents of its tunnel stand for it; the union of all policies is evaluated from each of them to every ready pod behind the Service, on the port of the pod, and all are refused. Critical where a controller says that the webhook does not answer in time; a warning of low confidence without that.',
      silent:
        'For webhooks that may fail (failurePolicy Ignore), for pods on the node of the only API server, where an ipBlock holds the address of a node, where no pod is ready, and where the addresses of the API server are not known.',
      falsePositives: 'Network plugins that do not enforce policies, or let the control plane in whatever they say.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    yield* apiServerFindings(snapshot, webhookCallers(snapshot), {
      rule: 'np-blocks-webhook',
      does: 'call webhooks of',
    });
  },
};
