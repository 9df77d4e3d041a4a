import { groupBy, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  compareRefs,
  ref,
  type Analyzer,
  type Finding,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { describeFix, inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { present } from '../support/present.ts';
import { scalerEvidence, stuckScalers, type StuckScaler } from '../support/scalers.ts';
import { listed } from '../support/words.ts';

/** Reports autoscalers that claim the same pods: the newest of them is one too many. */
export const hpaAmbiguousSelector: Analyzer = {
  meta: {
    id: 'hpa-ambiguous-selector',
    title: 'Several autoscalers claim the same pods',
    role: 'fault',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler'],
    breaks: ['scaling'],
    docs: {
      means:
        'Kubernetes refuses to scale pods that belong to the targets of two autoscalers, so none of them does anything.',
      decides:
        'Condition ScalingActive is False with reason AmbiguousSelector and lists the autoscalers. The one that was created last is the subject.',
      silent: 'When only one of the named autoscalers still exists.',
      references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/horizontal.go'],
    },
  },
  *analyze({ snapshot }) {
    const groups = groupBy(
      stuckScalers(snapshot).filter(({ trouble }) => trouble.kind === 'ambiguous'),
      ({ trouble }) => (trouble.kind === 'ambiguous' ? trouble.scalers.toSorted().join(' ') : ''),
    );
    for (const group of groups.values()) {
      const found = finding(snapshot, group);
      if (found !== undefined) yield found;
    }
  },
};

function finding(snapshot: Snapshot, stuck: readonly StuckScaler[]): Finding | undefined {
  const [first] = stuck;
  const scalers = existing(snapshot, first);
  const [newest, ...others] = scalers.toSorted(
    (a, b) => createdAt(snapshot, b) - createdAt(snapshot, a) || compareRefs(b, a),
  );
  if (newest === undefined || others.length === 0) return undefined;
  const older = listed(others.map((each) => inWords(each)));
  return {
    rule: hpaAmbiguousSelector.meta.id,
    subject: newest,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', first?.condition.lastTransitionTime),
    message: `${inWords(newest)} claims the same pods as ${older}, so none of them scales`,
    cause: `The target of ${inWords(newest)} selects pods that the target of ${older} selects too, and Kubernetes refuses to scale such pods.`,
    evidence: scalerEvidence(stuck),
    affects: scalers,
    fixes: [
      describeFix(newest, `Compare the targets of ${listed(scalers.map((each) => each.name))}`, [
        'If both autoscalers have the same target, one of them is too many; if not, make the label selectors of the targets distinct.',
      ]),
      {
        summary: `Delete ${inWords(newest)}, if it is the one too many`,
        steps: [`${older} is older; check that its limits and metrics are those that you want.`],
        commands: [kubectl(newest.namespace, 'delete', kubectlName(newest))],
        effect: 'destructive',
        where: 'cluster',
      },
    ],
  };
}

function existing(snapshot: Snapshot, stuck: StuckScaler | undefined): readonly ResourceRef[] {
  if (stuck?.trouble.kind !== 'ambiguous') return [];
  return stuck.trouble.scalers
    .map((text) => text.split('/'))
    .map(([namespace, name]) => ref('HorizontalPodAutoscaler', namespace, name ?? ''))
    .filter((target) => snapshot.lookup(target).state !== 'absent');
}

function createdAt(snapshot: Snapshot, { namespace, name }: ResourceRef): number {
  return timeOf(present(snapshot, 'HorizontalPodAutoscaler', namespace, name)?.metadata.creationTimestamp) ?? 0;
}
