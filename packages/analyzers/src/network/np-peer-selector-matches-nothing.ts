import { type Analyzer } from '@kroot/types';
import { flowFindings } from '../support/flow-rule.ts';

/** Reports NetworkPolicies whose peers select no pod. */
export const npPeerSelectorMatchesNothing: Analyzer = {
  meta: {
    id: 'np-peer-selector-matches-nothing',
    title: 'NetworkPolicy asks for labels that no pod has',
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
        'The policy lets in or out pods with certain labels, and no pod of its namespace has them, as after a rename.',
      decides:
        'A connection that settings of running pods ask for is refused by the policy, all pods of its namespace are known, and a podSelector among its peers selects none.',
      silent:
        'Where the connection is not refused by all policies together, where nobody is known to need it, and as np-egress-blocks-dependency.',
      falsePositives: 'Network plugins that do not enforce policies, and settings that a program does not use.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    yield* flowFindings(snapshot, 'np-peer-selector-matches-nothing');
  },
};
