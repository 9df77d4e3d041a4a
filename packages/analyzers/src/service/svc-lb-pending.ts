import { type Analyzer } from '@kroot/types';
import { hasAddress, loadBalancerRule } from '../support/load-balancer-rule.ts';

/** Reports Services for which no load balancer can be made. */
export const svcLbPending: Analyzer = loadBalancerRule({
  id: 'svc-lb-pending',
  title: 'Load balancer of a Service cannot be made',
  breaks: ['route'],
  docs: {
    means: 'The Service has no address outside the cluster, because the cloud refuses what its controller asks for.',
    decides:
      'type LoadBalancer, no address in the status, and the newest word of the service controller is that it failed.',
    silent:
      'Where nobody says anything: on clusters without a cloud such Services wait for ever by design. And once the Service has an address.',
  },
  bad: ['SyncLoadBalancerFailed', 'CreatingLoadBalancerFailed'],
  applies: (service) =>
    service.spec?.type === 'LoadBalancer' && service.metadata.deletionTimestamp === undefined && !hasAddress(service),
  message: (subject) => `${subject} gets no load balancer`,
  what: 'cannot make its load balancer',
  repair: () => ({
    summary: 'Clear what the cloud objects to',
    steps: [
      'The words of the event name it: a quota, a subnet or its tags, a permission, or an annotation of the Service.',
      'The controller tries again by itself, at first often, later every few minutes.',
    ],
  }),
});
