import { type Analyzer } from '@kroot/types';
import { flowFindings } from '../support/flow-rule.ts';

/** Reports NetworkPolicies that name the right peers and the wrong port. */
export const npWrongPort: Analyzer = {
  meta: {
    id: 'np-wrong-port',
    title: 'NetworkPolicy names another port than the pods listen on',
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
        'A rule of the policy names the pods at the other end, but another port: mostly that of the Service, while policies see that of the pod, or a name that the pods do not declare.',
      decides:
        'A connection that settings of running pods ask for is refused, and the policy that comes nearest has a rule with the right peer whose ports do not hold the port of the pod.',
      silent:
        'Where the connection is not refused by all policies together, where nobody is known to need it, and as np-egress-blocks-dependency.',
      falsePositives: 'Network plugins that do not enforce policies, and settings that a program does not use.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    yield* flowFindings(snapshot, 'np-wrong-port');
  },
};
