import { type Analyzer } from '@kroot/types';
import { hasAddress, loadBalancerRule } from '../support/load-balancer-rule.ts';

/** Reports load balancers that cannot be brought up to date or taken away. */
export const lbUpdateDeleteFailed: Analyzer = loadBalancerRule({
  id: 'lb-update-delete-failed',
  title: 'Load balancer of a Service cannot be changed or deleted',
  breaks: ['deletion'],
  docs: {
    means:
      'The load balancer is there and is not what the Service asks for: nodes are missing in it, or the Service cannot go before it.',
    decides:
      'The newest word of the service controller about a Service with an address, or about one that is being deleted, is a failure.',
    silent: 'Once a later attempt succeeded, and for Services without a load balancer.',
  },
  bad: ['UpdateLoadBalancerFailed', 'LoadBalancerUpdateFailed', 'DeleteLoadBalancerFailed', 'SyncLoadBalancerFailed'],
  applies: (service) =>
    service.metadata.deletionTimestamp !== undefined || (service.spec?.type === 'LoadBalancer' && hasAddress(service)),
  message: (subject) => `The load balancer of ${subject} cannot be brought up to date`,
  what: 'fails at the load balancer',
  repair: ({ metadata }) => ({
    summary: 'Clear what the cloud objects to',
    steps: [
      metadata.deletionTimestamp === undefined
        ? 'Until then traffic goes to the nodes of the last good update.'
        : 'The Service keeps its finalizer service.kubernetes.io/load-balancer-cleanup until the load balancer is gone.',
    ],
  }),
});
