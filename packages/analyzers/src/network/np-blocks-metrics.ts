import { type Analyzer } from '@kroot/types';
import { apiServerFindings, apiCallers } from '../support/api-server-rule.ts';

/** Reports NetworkPolicies that do not let the API server in to the pods of metrics and other extension APIs. */
export const npBlocksMetrics: Analyzer = {
  meta: {
    id: 'np-blocks-metrics',
    title: 'NetworkPolicy keeps the API server out of an extension API',
    role: 'fault',
    severity: 'critical',
    reads: [
      'NetworkPolicy',
      'APIService',
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
        'The API server passes requests for metrics and other extension APIs on to pods, and these are isolated for ingress without a rule for the API server: autoscalers and kubectl top get nothing.',
      decides:
        'The addresses behind Service default/kubernetes are those of the API server, or the agents of its tunnel stand for it; the union of all policies is evaluated from each of them to every ready pod behind the Service, on the port of the pod, and all are refused. Critical where the APIService is not available for want of an answer; a warning of low confidence where its state is not known.',
      silent:
        'When the APIService is available, for pods on the node of the only API server, where an ipBlock holds the address of a node, where no pod is ready, and where the addresses of the API server are not known.',
      falsePositives: 'Network plugins that do not enforce policies, or let the control plane in whatever they say.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    yield* apiServerFindings(snapshot, apiCallers(snapshot), { rule: 'np-blocks-metrics', does: 'ask' });
  },
};
