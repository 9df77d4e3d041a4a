import { type Analyzer } from '@kroot/types';
import { loadBalancerRule } from '../support/load-balancer-rule.ts';

/** Reports load balancers to which no node may be added. */
export const lbNoNodes: Analyzer = loadBalancerRule({
  id: 'lb-no-nodes',
  title: 'Load balancer of a Service has no nodes',
  breaks: ['route'],
  docs: {
    means: 'The load balancer has nowhere to send traffic: every node is excluded or not ready.',
    decides: 'The newest word of the service controller is UnAvailableLoadBalancer.',
    silent: 'Once the controller has updated the load balancer since.',
  },
  bad: ['UnAvailableLoadBalancer'],
  applies: ({ spec }) => spec?.type === 'LoadBalancer',
  message: (subject) => `The load balancer of ${subject} has no nodes to send traffic to`,
  what: 'says of its load balancer',
  repair: () => ({
    summary: 'Give the load balancer nodes',
    steps: [
      'Nodes count that are ready and have neither the label node.kubernetes.io/exclude-from-external-load-balancers nor, in some clouds, a role of the control plane.',
    ],
  }),
});
