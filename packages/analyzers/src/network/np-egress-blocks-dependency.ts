import { type Analyzer } from '@kroot/types';
import { flowFindings } from '../support/flow-rule.ts';

/** Reports NetworkPolicies that do not let pods out to Services that their settings name. */
export const npEgressBlocksDependency: Analyzer = {
  meta: {
    id: 'np-egress-blocks-dependency',
    title: 'NetworkPolicy does not let pods out to a Service that they use',
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
      'ServiceAccount',
      'RoleBinding',
      'ClusterRoleBinding',
    ],
    breaks: ['network', 'dependency'],
    docs: {
      means:
        'The pods are isolated for egress and no rule lets them reach a Service that their settings name, or the API server although their ServiceAccount was given rights.',
      decides:
        'Settings of running pods name a Service; the union of all policies of both sides is evaluated for the connection to every known pod behind it, on the port of the pod: the API server mostly answers on 6443, not on the 443 of its Service. The policy that comes nearest to allowing it is named. Critical while the clients end or do not get ready, and have done so since the policy is there.',
      silent:
        'Without policies, when any backend can be reached, when other kinds of policies may decide or not all policies are known, and when the pods cannot even reach DNS (another rule).',
      falsePositives: 'Network plugins that do not enforce policies, and settings that a program does not use.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    yield* flowFindings(snapshot, 'np-egress-blocks-dependency');
  },
};
