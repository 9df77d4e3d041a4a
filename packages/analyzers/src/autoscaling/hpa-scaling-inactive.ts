import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { fromCondition } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { stuckScalers, type StuckScaler } from '../support/scalers.ts';
import { inline } from '../support/words.ts';

/** Reports autoscalers that say that they cannot scale. */
export const hpaScalingInactive: Analyzer = {
  meta: {
    id: 'hpa-scaling-inactive',
    title: 'Autoscaler cannot scale',
    role: 'symptom',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler', 'APIService', 'Pod'],
    waitsFor: ['metrics', 'scaling', 'availability'],
    docs: {
      means: 'The target keeps the number of pods that it has, whatever the load.',
      decides: 'Condition AbleToScale is False with a failure, or ScalingActive is False.',
      silent:
        'When the target is scaled to zero (ScalingDisabled), for three minutes after pods of the target start without metrics, and for two minutes while a metrics API that counts as available does not answer.',
      references: ['https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/'],
    },
  },
  *analyze({ snapshot }) {
    for (const stuck of stuckScalers(snapshot)) yield finding(stuck);
  },
};

function finding({ ref: subject, condition, target }: StuckScaler): Finding {
  const words = inline(condition.message ?? condition.reason ?? 'no reason given');
  return {
    rule: hpaScalingInactive.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `${inWords(subject)} cannot scale${target === undefined ? '' : ` ${inWords(target)}`}`,
    cause: `The autoscaler says: ${words}.`,
    state: `cannot scale (${condition.reason ?? condition.type})`,
    evidence: [fromCondition(subject, condition)],
    fixes: [],
  };
}
