import { conditionOf, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type HorizontalPodAutoscaler } from '@kroot/types';
import { fromCondition, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { targetOf } from '../support/scalers.ts';

/** Remarks on autoscalers that would go beyond their maximum. */
export const hpaAtMax: Analyzer = {
  meta: {
    id: 'hpa-at-max',
    title: 'Autoscaler is at its maximum',
    role: 'fault',
    severity: 'info',
    reads: ['HorizontalPodAutoscaler'],
    breaks: ['scaling'],
    waitsFor: ['availability'],
    docs: {
      means:
        'The autoscaler would start more pods than spec.maxReplicas lets it: load is high, or the pods do less than they should.',
      decides: 'Condition ScalingLimited is True with reason TooManyReplicas, and minimum and maximum differ.',
      silent: 'When minimum and maximum are the same: then the number is fixed on purpose.',
      references: ['https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/'],
    },
  },
  *analyze({ snapshot }) {
    for (const scaler of snapshot.list('HorizontalPodAutoscaler')) {
      const limited = conditionOf(scaler.status?.conditions, 'ScalingLimited');
      const { minReplicas = 1, maxReplicas = 0 } = scaler.spec ?? {};
      if (limited?.status !== 'True' || limited.reason !== 'TooManyReplicas' || minReplicas >= maxReplicas) continue;
      yield finding(scaler, limited, maxReplicas);
    }
  },
};

function finding(
  scaler: HorizontalPodAutoscaler,
  limited: NonNullable<ReturnType<typeof conditionOf>>,
  maxReplicas: number,
): Finding {
  const subject = refOf(scaler);
  const target = targetOf(scaler);
  const scaled = target === undefined ? 'its target' : inWords(target);
  return {
    rule: hpaAtMax.meta.id,
    subject,
    severity: 'info',
    confidence: CONFIDENCE.stated,
    ...optional('since', limited.lastTransitionTime),
    message: `${inWords(subject)} would scale ${scaled} beyond its maximum of ${maxReplicas}`,
    cause: `The metrics of ${scaled} ask for more than the ${maxReplicas} pods that spec.maxReplicas allows.`,
    detail: { maxReplicas },
    evidence: [fromCondition(subject, limited), fromSpec(subject, 'spec.maxReplicas', String(maxReplicas))],
    fixes: [
      describeFix(subject, `See whether the pods of ${scaled} are healthy before you raise the maximum`, [
        'Pods that are slow or not ready raise the load of the others; more of them would not help.',
      ]),
    ],
  };
}
