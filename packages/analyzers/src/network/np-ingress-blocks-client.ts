import { type Analyzer } from '@kroot/types';
import { flowFindings } from '../support/flow-rule.ts';

/** Reports NetworkPolicies that do not let in clients whose settings name the Service. */
export const npIngressBlocksClient: Analyzer = {
  meta: {
    id: 'np-ingress-blocks-client',
    title: 'NetworkPolicy does not let in the clients of a Service',
    role: 'fault',
    severity: 'critical',
    reads: [
      'NetworkPolicy',
      'Pod',
      'Namespace',
      'Service',
      'EndpointSlice',
      'Endpoints',
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'ReplicaSet',
      'ConfigMap',
    ],
    breaks: ['network', 'dependency'],
    docs: {
      means:
        'The pods behind a Service are isolated for ingress and no rule lets in a workload whose settings name the Service.',
      decides:
        'As for np-egress-blocks-dependency, where the side of the server refuses the connection. Policies see the port of the pod, not that of the Service.',
      silent: 'As np-egress-blocks-dependency.',
      falsePositives: 'Network plugins that do not enforce policies, and settings that a program does not use.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    yield* flowFindings(snapshot, 'np-ingress-blocks-client');
  },
};
