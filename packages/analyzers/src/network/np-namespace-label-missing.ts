import { type Analyzer } from '@kroot/types';
import { flowFindings } from '../support/flow-rule.ts';

/** Reports NetworkPolicies whose namespaceSelector selects no namespace. */
export const npNamespaceLabelMissing: Analyzer = {
  meta: {
    id: 'np-namespace-label-missing',
    title: 'NetworkPolicy asks for labels that no namespace has',
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
        'The policy lets in or out the pods of labelled namespaces, and no namespace bears the labels: they were never set, were taken away, or sit on the pods instead.',
      decides:
        'A connection that settings of running pods ask for is refused by the policy, all namespaces are known, and a namespaceSelector among its peers selects none.',
      silent:
        'Where the connection is not refused by all policies together, where nobody is known to need it, and as np-egress-blocks-dependency.',
      falsePositives: 'Network plugins that do not enforce policies, and settings that a program does not use.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    yield* flowFindings(snapshot, 'np-namespace-label-missing');
  },
};
