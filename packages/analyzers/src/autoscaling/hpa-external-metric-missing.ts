import { type Analyzer } from '@kroot/types';
import { kubectl } from '../support/kubectl.ts';
import { metricsApiFindings } from '../support/metrics-api.ts';

/** Reports external metrics that autoscalers ask for and nobody serves. */
export const hpaExternalMetricMissing: Analyzer = {
  meta: {
    id: 'hpa-external-metric-missing',
    title: 'External metrics for autoscalers are not served',
    role: 'fault',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler', 'APIService', 'Pod'],
    breaks: ['metrics'],
    waitsFor: ['endpoints', 'extension-api'],
    docs: {
      means:
        'An autoscaler with metrics of type External cannot compute a number of pods: no adapter serves external.metrics.k8s.io, or the adapter does not know the metric.',
      decides:
        'Condition ScalingActive is False and says that it cannot fetch from the external metrics API. Without an available APIService that is the subject, else the autoscaler that names the metric.',
      silent: 'When the target is scaled to zero, and for two minutes while the API counts as available.',
      references: [
        'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#support-for-metrics-apis',
      ],
    },
  },
  *analyze({ snapshot }) {
    yield* metricsApiFindings(snapshot, {
      rule: hpaExternalMetricMissing.meta.id,
      api: 'external',
      what: 'external metrics',
      absent: {
        summary: 'Install the adapter that serves the metrics',
        steps: [
          'Install the metrics adapter (such as prometheus-adapter or KEDA) that is to serve external.metrics.k8s.io; it registers the APIService by itself.',
        ],
        commands: [kubectl(undefined, 'get', 'apiservices')],
        effect: 'none',
        where: 'cluster',
      },
    });
  },
};
