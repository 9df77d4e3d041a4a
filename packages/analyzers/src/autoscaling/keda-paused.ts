import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { fromCondition } from '../support/evidence.ts';
import {
  kedaCondition,
  pausedReplicas,
  pauseEvidence,
  SCALED_OBJECT,
  scaledObjects,
  type ScaledObjectState,
} from '../support/keda.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';

/** Remarks on ScaledObjects that are paused. */
export const kedaPaused: Analyzer = {
  meta: {
    id: 'keda-paused',
    title: 'KEDA is told to leave a workload alone',
    role: 'fault',
    severity: 'info',
    reads: [SCALED_OBJECT],
    breaks: ['scaling'],
    docs: {
      means: 'Somebody has paused the scaling: whatever the load, the number of pods stays.',
      decides: 'Annotation autoscaling.keda.sh/paused is true, or paused-replicas is set.',
      silent: 'For ScaledObjects whose pause annotation is false.',
      references: ['https://keda.sh/docs/latest/concepts/scaling-deployments/#pausing-autoscaling'],
    },
  },
  *analyze({ snapshot }) {
    for (const state of scaledObjects(snapshot)) if (state.isPaused) yield finding(state);
  },
};

function finding(state: ScaledObjectState): Finding {
  const { ref: subject, target } = state;
  const scaled = target === undefined ? 'its target' : inWords(target);
  const replicas = pausedReplicas(state);
  const held = replicas === undefined ? 'the number of pods that it has' : `${replicas} pods`;
  const condition = kedaCondition(state, 'Paused', 'True');
  const keys = pauseEvidence(state).map(({ path = '' }) => path.slice('metadata.annotations['.length, -1));
  return {
    rule: kedaPaused.meta.id,
    subject,
    severity: 'info',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition?.lastTransitionTime),
    message: `${inWords(subject)} is paused and keeps ${scaled} at ${held}`,
    cause: `An annotation of ${inWords(subject)} pauses it, so ${scaled} is not scaled, whatever the load.`,
    evidence: [...pauseEvidence(state), ...(condition === undefined ? [] : [fromCondition(subject, condition)])],
    fixes: [
      {
        summary: `Resume the scaling of ${scaled}`,
        steps: ['Somebody has paused it on purpose: ask first.'],
        commands: [kubectl(subject.namespace, 'annotate', kubectlName(subject), ...keys.map((key) => `${key}-`))],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
