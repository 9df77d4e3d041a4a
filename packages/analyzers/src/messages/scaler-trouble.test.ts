import { describe, expect, it } from 'vitest';
import { parseScalerTrouble, type ScalerTrouble } from './scaler-trouble.ts';

const UNABLE = 'the HPA was unable to compute the replica count:';

describe('parseScalerTrouble', () => {
  it.each<readonly [string, ScalerTrouble]>([
    [
      `${UNABLE} failed to get cpu utilization: missing request for cpu in container proxy of Pod web-0`,
      { kind: 'missing-request', resource: 'cpu', container: 'proxy', pod: 'web-0' },
    ],
    [`${UNABLE} failed to get cpu utilization: missing request for cpu`, { kind: 'missing-request', resource: 'cpu' }],
    [
      `${UNABLE} missing request for memory on container app in pod shop/web-0`,
      { kind: 'missing-request', resource: 'memory' },
    ],
    [
      `${UNABLE} failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)`,
      {
        kind: 'no-metrics-api',
        api: 'resource',
        error: 'the server could not find the requested resource (get pods.metrics.k8s.io)',
      },
    ],
    [
      `${UNABLE} unable to get metric queue_depth: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered`,
      {
        kind: 'no-metrics-api',
        api: 'custom',
        metric: 'queue_depth',
        error: 'no custom metrics API (custom.metrics.k8s.io) registered',
      },
    ],
    [
      `${UNABLE} unable to get external metric shop/orders_waiting/nil: unable to fetch metrics from external metrics API: the server could not find the metric orders_waiting for `,
      {
        kind: 'no-metrics-api',
        api: 'external',
        metric: 'orders_waiting',
        error: 'the server could not find the metric orders_waiting for ',
      },
    ],
    [
      `${UNABLE} failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API`,
      { kind: 'no-metrics-yet' },
    ],
    [
      `${UNABLE} failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)`,
      { kind: 'no-metrics-yet' },
    ],
    [
      'pods by selector app=web are controlled by multiple HPAs: [shop/web shop/web-old]',
      { kind: 'ambiguous', scalers: ['shop/web', 'shop/web-old'] },
    ],
    [
      'the HPA controller was unable to get the target\'s current scale: deployments.apps "wbe" not found',
      { kind: 'no-target', error: 'deployments.apps "wbe" not found' },
    ],
    ['something else', { kind: 'other' }],
  ])('%s', (message, expected) => {
    expect(parseScalerTrouble(message)).toEqual(expected);
  });
});
