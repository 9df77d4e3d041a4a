import { podsOf, podState } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { scalerEvidence, stuckScalers, type StuckScaler } from '../support/scalers.ts';
import { inline } from '../support/words.ts';

/** Reports autoscalers that get no metrics for any pod of their target. */
export const hpaPodsUnreadyMetrics: Analyzer = {
  meta: {
    id: 'hpa-pods-unready-metrics',
    title: 'Autoscaler gets no metrics for the pods of its target',
    role: 'fault',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler', 'Pod', 'APIService'],
    breaks: ['scaling'],
    waitsFor: ['availability', 'metrics', 'pod-creation'],
    docs: {
      means:
        'The metrics API answers, but has nothing on the pods in question: they are not ready, do not run, or the kubelets of their nodes are not scraped.',
      decides:
        'Condition ScalingActive is False and says `did not receive metrics` or `no metrics returned`, longer than three minutes and longer than three minutes after the newest pod of the target started.',
      silent:
        'When the target is scaled to zero, and while its pods are new. What is wrong with the pods is the cause, where it is known.',
      references: ['https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details'],
    },
  },
  *analyze({ snapshot }) {
    for (const stuck of stuckScalers(snapshot)) {
      if (stuck.trouble.kind === 'no-metrics-yet') yield finding(snapshot, stuck);
    }
  },
};

function finding(snapshot: Snapshot, stuck: StuckScaler): Finding {
  const { ref: subject, target, condition } = stuck;
  const pods = target === undefined ? [] : podsOf(snapshot, target);
  const ready = pods.filter((pod) => podState(snapshot, pod).stage === 'ready').length;
  const scaled = target === undefined ? 'its target' : inWords(target);
  const state = pods.length === 0 ? 'has no pods' : `has ${ready} of ${pods.length} pods ready`;
  return {
    rule: hpaPodsUnreadyMetrics.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `${inWords(subject)} gets no metrics for the pods of ${scaled}`,
    cause: `The metrics API has no values for any of them, while ${scaled} ${state}: ${inline(condition.message ?? '')}.`,
    detail: { pods: pods.length, ready },
    evidence: [...scalerEvidence([stuck]), computed(target ?? subject, state)],
    affects: [subject],
    fixes: [
      {
        summary:
          ready > 0 ? 'See why the metrics server has nothing on pods that are ready' : `Repair the pods of ${scaled}`,
        steps: [
          ready > 0
            ? 'kubectl top shows what the metrics server knows; if pods of single nodes are missing, it cannot reach the kubelets there.'
            : 'Metrics come by themselves once pods are ready.',
        ],
        commands: [
          kubectl(subject.namespace, 'top', 'pod'),
          kubectl('kube-system', 'logs', 'deployment/metrics-server', '--tail=50'),
        ].slice(0, ready > 0 ? 2 : 1),
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
