import { nearNames } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { similarObjects } from '../support/near-objects.ts';
import { optional } from '../support/optional.ts';
import { scalerEvidence, stuckScalers, type StuckScaler } from '../support/scalers.ts';
import { inline } from '../support/words.ts';

/** Reports autoscalers whose target does not exist. */
export const hpaTargetMissing: Analyzer = {
  meta: {
    id: 'hpa-target-missing',
    title: 'Autoscaler scales a workload that does not exist',
    role: 'fault',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler', 'Deployment', 'StatefulSet', 'ReplicaSet'],
    breaks: ['scaling'],
    docs: {
      means: 'The autoscaler does nothing, because spec.scaleTargetRef names no workload of its namespace.',
      decides:
        'Condition AbleToScale is False and says that the target is not found (or its kind unknown), and the target is not in the capture.',
      silent:
        'When the target is there by now, and when the scale cannot be read for other reasons, such as missing rights.',
      references: ['https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/'],
    },
  },
  *analyze({ snapshot }) {
    for (const stuck of stuckScalers(snapshot)) {
      const { trouble, target } = stuck;
      if (trouble.kind !== 'no-target' || target === undefined) continue;
      if (!/not found|no matches for kind/.test(trouble.error) || snapshot.lookup(target).state === 'present') continue;
      yield finding(snapshot, stuck, target, trouble.error);
    }
  },
};

function finding(snapshot: Snapshot, stuck: StuckScaler, target: ResourceRef, error: string): Finding {
  const subject = stuck.ref;
  const names = snapshot.list(target.kind, target.namespace).map(({ metadata }) => metadata.name);
  return {
    rule: hpaTargetMissing.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', stuck.condition.lastTransitionTime),
    message: `${inWords(subject)} scales ${inWords(target)}, which does not exist`,
    cause: `spec.scaleTargetRef names ${target.kind} ${target.name}, and the API server answers: ${inline(error)}.`,
    evidence: [...scalerEvidence([stuck]), fromSpec(subject, 'spec.scaleTargetRef', `${target.kind} ${target.name}`)],
    affects: [subject],
    fixes: fixesOf(subject, target, nearNames(target.name, names)[0]),
    ...optional('notes', notesOf(snapshot, target)),
  };
}

function notesOf(snapshot: Snapshot, target: ResourceRef): readonly string[] | undefined {
  const notes = similarObjects(snapshot, target);
  return notes.length === 0 ? undefined : notes;
}

function fixesOf(subject: ResourceRef, target: ResourceRef, best: string | undefined): readonly Fix[] {
  const look = describeFix(subject, `Correct spec.scaleTargetRef of ${inWords(subject)}, or delete the autoscaler`, [
    `If ${inWords(target)} was removed for good, its autoscaler has no use any more.`,
  ]);
  if (best === undefined) return [look];
  const patch = JSON.stringify({ spec: { scaleTargetRef: { name: best } } });
  return [
    {
      summary: `Let ${inWords(subject)} scale ${target.kind} ${best}`,
      steps: [`Namespace ${subject.namespace ?? ''} has ${target.kind} ${best}; if that is meant, correct the name.`],
      commands: [kubectl(subject.namespace, 'patch', kubectlName(subject), '--type=merge', '-p', patch)],
      effect: 'change',
      where: 'cluster',
    },
    look,
  ];
}
