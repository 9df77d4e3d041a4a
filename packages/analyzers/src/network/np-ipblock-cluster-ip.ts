import { type Analyzer } from '@kroot/types';
import { flowFindings } from '../support/flow-rule.ts';

/** Reports NetworkPolicies that name the cluster address of a Service instead of what is behind it. */
export const npIpblockClusterIp: Analyzer = {
  meta: {
    id: 'np-ipblock-cluster-ip',
    title: 'NetworkPolicy names the address of a Service',
    role: 'fault',
    severity: 'warning',
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
      'ServiceAccount',
      'RoleBinding',
      'ClusterRoleBinding',
    ],
    breaks: ['network', 'dependency'],
    docs: {
      means:
        'An ipBlock holds the cluster address of a Service. Most network plugins ask policies after that address has been translated to a pod or node, so the rule lets nothing through.',
      decides:
        'A connection that running pods need is refused by the policy, and an ipBlock of its egress rules holds the address of the Service but of nothing behind it.',
      silent:
        'Where the connection is not refused by all policies together, where nobody is known to need it, and as np-egress-blocks-dependency.',
      falsePositives:
        'Network plugins that ask policies before the translation, at least on some ways, and settings that a program does not use.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    yield* flowFindings(snapshot, 'np-ipblock-cluster-ip');
  },
};
