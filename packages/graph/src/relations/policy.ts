import { ref } from '@kroot/types';
import { policiesSelecting } from '../network-policy/policy-engine.ts';
import { isFinished, podsMatching } from '../pods-by-label.ts';
import { refOf } from '../refs.ts';
import { forKind, type RelationMaker } from './relation-maker.ts';

/** The pods that a disruption budget guards, and the policies that isolate a pod. */
export const policyRelations: readonly RelationMaker[] = [
  forKind('PodDisruptionBudget', ({ spec }, { snapshot, self, namespace, link }) => {
    if (spec?.selector === undefined) return;
    for (const pod of podsMatching(snapshot, namespace, spec.selector)) {
      if (!isFinished(pod)) link(self, refOf(pod), 'guards', { path: 'spec.selector' });
    }
  }),
  forKind('Pod', (pod, { snapshot, self, namespace, link }) => {
    if (isFinished(pod)) return;
    for (const direction of ['Ingress', 'Egress'] as const) {
      for (const policy of policiesSelecting(snapshot, pod, direction)) {
        const target = ref('NetworkPolicy', namespace, policy.metadata.name);
        link(self, target, 'isolated-by', { detail: direction });
      }
    }
  }),
];
