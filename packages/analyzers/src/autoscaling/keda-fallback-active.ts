import { CONFIDENCE, type Analyzer, type Condition, type Finding } from '@kroot/types';
import { fromCondition, fromSpec } from '../support/evidence.ts';
import { kedaCondition, SCALED_OBJECT, scaledObjects, type ScaledObjectState } from '../support/keda.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { listOf, memberOf, textOf } from '../support/untyped.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Reports ScaledObjects whose metrics cannot be had, so that a fixed number of pods stands in. */
export const kedaFallbackActive: Analyzer = {
  meta: {
    id: 'keda-fallback-active',
    title: 'KEDA has fallen back to a fixed number of pods',
    role: 'fault',
    severity: 'warning',
    reads: [SCALED_OBJECT, 'HorizontalPodAutoscaler'],
    breaks: ['scaling'],
    waitsFor: ['metrics', 'scaling', 'dependency'],
    docs: {
      means:
        'The source of a trigger has failed several times in a row. Instead of scaling by need KEDA keeps the number of pods of spec.fallback.',
      decides: 'Condition Fallback of the ScaledObject is True.',
      silent: 'For paused ScaledObjects.',
      references: ['https://keda.sh/docs/latest/reference/scaledobject-spec/#fallback'],
    },
  },
  *analyze({ snapshot }) {
    for (const state of scaledObjects(snapshot)) {
      const fallback = kedaCondition(state, 'Fallback', 'True');
      if (fallback !== undefined && !state.isPaused) yield finding(state, fallback);
    }
  },
};

function finding({ ref: subject, object, target, hpa }: ScaledObjectState, fallback: Condition): Finding {
  const replicas = memberOf(object.spec, 'fallback', 'replicas');
  const count = typeof replicas === 'number' ? counted(replicas, 'pod') : 'a fixed number of pods';
  const scaled = target === undefined ? 'its target' : inWords(target);
  const sources = [...new Set(listOf(object.spec, 'triggers').map((trigger) => textOf(trigger, 'type') ?? 'unknown'))];
  return {
    rule: kedaFallbackActive.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', fallback.lastTransitionTime),
    message: `${inWords(subject)} gets no metrics and keeps ${scaled} at ${count}`,
    cause: `A trigger (${listed(sources)}) cannot be read, so spec.fallback applies: ${inline(fallback.message ?? fallback.reason ?? '')}.`,
    evidence: [
      fromCondition(subject, fallback),
      ...(typeof replicas === 'number' ? [fromSpec(subject, 'spec.fallback.replicas', String(replicas))] : []),
    ],
    affects: [hpa],
    fixes: [
      describeFix(subject, `Make the source of the metrics (${listed(sources)}) answer again`, [
        'status.health and the events of the ScaledObject name the trigger that fails and its error.',
        'KEDA scales by need again as soon as the source answers.',
      ]),
    ],
  };
}
