import { type Analyzer } from '@kroot/types';
import { kubectl } from '../support/kubectl.ts';
import { metricsApiFindings } from '../support/metrics-api.ts';

/** Reports the missing or broken API of resource metrics, once for all autoscalers that it blinds. */
export const hpaNoResourceMetrics: Analyzer = {
  meta: {
    id: 'hpa-no-resource-metrics',
    title: 'No resource metrics for autoscalers',
    role: 'fault',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler', 'APIService', 'Pod'],
    breaks: ['metrics'],
    waitsFor: ['endpoints', 'extension-api'],
    docs: {
      means:
        'Autoscalers by cpu or memory cannot compute a number of pods, because nothing answers for metrics.k8s.io: usually metrics-server is not installed or down. `kubectl top` fails too.',
      decides:
        'Condition ScalingActive of an autoscaler is False and says that it cannot fetch from the resource metrics API. The APIService is the subject, also when it does not exist.',
      silent:
        'When only pods have no metrics yet, when requests are missing, when the target is scaled to zero, and while the API counts as available and has not answered for less than two minutes.',
      references: ['https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-metrics-pipeline/'],
    },
  },
  *analyze({ snapshot }) {
    yield* metricsApiFindings(snapshot, {
      rule: hpaNoResourceMetrics.meta.id,
      api: 'resource',
      what: 'resource metrics (cpu and memory)',
      absent: {
        summary: 'Install metrics-server',
        steps: [
          'Install metrics-server (https://github.com/kubernetes-sigs/metrics-server) or turn on the metrics add-on of your distribution; it registers the APIService by itself.',
          'Autoscalers go on by themselves within a minute or two.',
        ],
        commands: [kubectl(undefined, 'get', 'apiservices')],
        effect: 'none',
        where: 'cluster',
      },
    });
  },
};
