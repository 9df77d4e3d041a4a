import { type Analyzer } from '@kroot/types';
import { flowFindings } from '../support/flow-rule.ts';

/** Reports NetworkPolicies with one entry of two selectors where two entries were meant. */
export const npAndOrConfusion: Analyzer = {
  meta: {
    id: 'np-and-or-confusion',
    title: 'NetworkPolicy joins two selectors that were meant one by one',
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
        'In one entry a namespaceSelector and a podSelector have to fit together; with a dash before each they are two entries, of which one is enough. Together they fit no pod, and a connection that is needed is refused.',
      decides:
        'A connection that running pods need is refused by the policy, no pod of the cluster fits both selectors of the entry, the other end fits one of them, and all pods and namespaces are known.',
      silent:
        'Where any pod fits both, where the connection is not refused by all policies together, and where nobody is known to need it.',
      falsePositives: 'Network plugins that do not enforce policies, and pods that are to come.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    yield* flowFindings(snapshot, 'np-and-or-confusion');
  },
};
