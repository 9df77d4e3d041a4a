import { CONFIDENCE, type Analyzer, type Condition, type Finding, type Snapshot } from '@kroot/types';
import { fromCondition, fromSpec } from '../support/evidence.ts';
import { kedaCondition, SCALED_OBJECT, scaledObjects, type ScaledObjectState } from '../support/keda.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { similarObjects } from '../support/near-objects.ts';
import { optional } from '../support/optional.ts';
import { isYounger } from '../support/pods-on-node.ts';
import { inline } from '../support/words.ts';

const GRACE = 120_000;

/** Reports ScaledObjects that KEDA cannot use. */
export const kedaScaledobjectNotReady: Analyzer = {
  meta: {
    id: 'keda-scaledobject-not-ready',
    title: 'KEDA cannot use a ScaledObject',
    role: 'fault',
    severity: 'warning',
    reads: [SCALED_OBJECT, 'HorizontalPodAutoscaler', 'Deployment', 'StatefulSet'],
    breaks: ['scaling'],
    waitsFor: ['scaling', 'dependency'],
    docs: {
      means:
        'KEDA does not scale the workload by this ScaledObject: its target, a trigger or the credentials of one are wrong, or another autoscaler has the same target.',
      decides: 'Condition Ready of the ScaledObject is False; its message says what is wrong.',
      silent: 'For paused ScaledObjects, and in the first two minutes.',
      references: ['https://keda.sh/docs/latest/reference/scaledobject-spec/'],
    },
  },
  *analyze({ snapshot, now }) {
    for (const state of scaledObjects(snapshot)) {
      const ready = kedaCondition(state, 'Ready', 'False');
      if (ready === undefined || state.isPaused || isYounger(state.object, now, GRACE)) continue;
      yield finding(snapshot, state, ready);
    }
  },
};

function finding(snapshot: Snapshot, state: ScaledObjectState, ready: Condition): Finding {
  const { ref: subject, target, hpa } = state;
  const words = inline(ready.message ?? ready.reason ?? '');
  const isGone = target !== undefined && snapshot.lookup(target).state === 'absent';
  return {
    rule: kedaScaledobjectNotReady.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', ready.lastTransitionTime),
    message: `KEDA cannot use ${inWords(subject)}${isGone ? `: ${inWords(target)} does not exist` : ''}`,
    cause: `KEDA says: ${words}.`,
    evidence: [
      fromCondition(subject, ready),
      ...(target === undefined ? [] : [fromSpec(subject, 'spec.scaleTargetRef.name', target.name)]),
    ],
    affects: [subject, hpa],
    fixes: [
      describeFix(subject, `Correct ${inWords(subject)} as the condition says`, [
        `It says: ${words}`,
        isGone
          ? 'Correct spec.scaleTargetRef, or delete the ScaledObject if its workload is gone for good.'
          : 'Events of the ScaledObject name the trigger that fails; compare its metadata and credentials with the source.',
      ]),
    ],
    ...(isGone ? { notes: similarObjects(snapshot, target) } : {}),
  };
}
