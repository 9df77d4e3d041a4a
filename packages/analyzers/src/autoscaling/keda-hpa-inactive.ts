import { CONFIDENCE, ref, type Analyzer, type Condition, type Finding } from '@kroot/types';
import { fromCondition } from '../support/evidence.ts';
import { kedaCondition, SCALED_OBJECT, scaledObjects, type ScaledObjectState } from '../support/keda.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

/** Reports ScaledObjects whose autoscaler gets no metrics. */
export const kedaHpaInactive: Analyzer = {
  meta: {
    id: 'keda-hpa-inactive',
    title: 'Autoscaler of a ScaledObject does not work',
    role: 'fault',
    severity: 'warning',
    reads: [SCALED_OBJECT, 'HorizontalPodAutoscaler', 'APIService'],
    breaks: ['scaling'],
    waitsFor: ['metrics', 'scaling', 'extension-api'],
    docs: {
      means:
        'The HorizontalPodAutoscaler that KEDA has made cannot read its metrics, usually because the API external.metrics.k8s.io, which KEDA serves, does not answer.',
      decides:
        'Condition HPAActive of the ScaledObject is False, for another reason than that its target is scaled to zero.',
      silent: 'For paused ScaledObjects, and where the condition is missing (older versions of KEDA).',
      references: ['https://keda.sh/docs/latest/reference/scaledobject-spec/'],
    },
  },
  *analyze({ snapshot }) {
    for (const state of scaledObjects(snapshot)) {
      const inactive = kedaCondition(state, 'HPAActive', 'False');
      if (inactive !== undefined && inactive.reason !== 'ScalingDisabled' && !state.isPaused)
        yield finding(state, inactive);
    }
  },
};

function finding({ ref: subject, hpa, target }: ScaledObjectState, inactive: Condition): Finding {
  const words = inline(inactive.message ?? inactive.reason ?? '');
  const api = ref('APIService', undefined, 'v1beta1.external.metrics.k8s.io');
  const scaled = target === undefined ? 'its target' : inWords(target);
  return {
    rule: kedaHpaInactive.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', inactive.lastTransitionTime),
    message: `${inWords(hpa)} of ${inWords(subject)} does not scale ${scaled}`,
    cause: `The autoscaler that KEDA has made says: ${words}.`,
    evidence: [fromCondition(subject, inactive)],
    because: [
      { ref: api, mechanism: 'metrics' },
      { ref: hpa, mechanism: 'metrics' },
      { ref: hpa, mechanism: 'scaling' },
    ],
    affects: [hpa],
    fixes: [
      {
        summary: 'See whether KEDA serves external metrics',
        steps: ['The APIService names the Service of the metrics server of KEDA; its pods have to be ready.'],
        commands: [
          kubectl(undefined, 'get', kubectlName(api), '-o', 'yaml'),
          kubectl(hpa.namespace, 'describe', kubectlName(hpa)),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
