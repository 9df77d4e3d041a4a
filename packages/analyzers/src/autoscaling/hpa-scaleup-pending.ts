import { podsOf, podState, refOf, workloadNamed } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Finding,
  type HorizontalPodAutoscaler,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { refusedControllers } from '../support/create-failures.ts';
import { targetOf } from '../support/scalers.ts';

/** Reports autoscalers whose additional pods do not come up. */
export const hpaScaleupPending: Analyzer = {
  meta: {
    id: 'hpa-scaleup-pending',
    title: 'Pods that an autoscaler asked for do not come up',
    role: 'symptom',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler', 'Deployment', 'StatefulSet', 'ReplicaSet', 'Pod', 'Event'],
    waitsFor: ['availability', 'scaling'],
    docs: {
      means:
        'The autoscaler has raised the number of pods, but some of them are not created, not scheduled or not ready.',
      decides:
        'status.desiredReplicas is above the minimum and above the number of ready pods, and pods of the target are held up or their creation is refused.',
      silent:
        'While new pods are inside the grace of their stage, and for targets at their minimum: then the workload itself is told.',
      references: ['https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/'],
    },
  },
  *analyze({ snapshot }) {
    for (const scaler of snapshot.list('HorizontalPodAutoscaler')) {
      const target = targetOf(scaler);
      const desired = scaler.status?.desiredReplicas ?? 0;
      if (target === undefined || desired <= (scaler.spec?.minReplicas ?? 1)) continue;
      if (workloadNamed(snapshot, target) === undefined) continue;
      const states = podsOf(snapshot, target).map((pod) => podState(snapshot, pod));
      const ready = states.filter(({ stage }) => stage === 'ready').length;
      if (ready >= desired || !(states.some(({ blocked }) => blocked) || isRefused(snapshot, target))) continue;
      yield finding(scaler, target, ready, desired);
    }
  },
};

function isRefused(snapshot: Snapshot, target: ResourceRef): boolean {
  return refusedControllers(snapshot).some(
    ({ owner }) => owner.kind === target.kind && owner.name === target.name && owner.namespace === target.namespace,
  );
}

function finding(scaler: HorizontalPodAutoscaler, target: ResourceRef, ready: number, desired: number): Finding {
  const subject = refOf(scaler);
  return {
    rule: hpaScaleupPending.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} wants ${desired} pods of ${inWords(target)} and only ${ready} ${ready === 1 ? 'is' : 'are'} ready`,
    cause: `The autoscaler has set ${inWords(target)} to ${desired} pods, of which ${ready} ${ready === 1 ? 'is' : 'are'} ready.`,
    state: `${ready}/${desired} ready`,
    evidence: [
      fromSpec(subject, 'status.desiredReplicas', String(desired)),
      computed(target, `ready pods: ${ready} of ${desired}`),
    ],
    fixes: [],
  };
}
