import { conditionOf, eventCount, eventsOf, presentObject, timeOf, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Event,
  type FieldsChange,
  type Finding,
  type HorizontalPodAutoscaler,
  type KubernetesObject,
  type Snapshot,
} from '@kroot/types';
import { computed, fromEvent } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { targetOf } from '../support/scalers.ts';

/** Up and down again once may be load; twice while a manifest sets the number is no load. */
const TURNS = 2;

/** Reports workloads whose number of pods an autoscaler and a manifest set in turn. */
export const hpaVsReplicasConflict: Analyzer = {
  meta: {
    id: 'hpa-vs-replicas-conflict',
    title: 'Manifest and autoscaler set the number of pods in turn',
    role: 'fault',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler', 'Deployment', 'Event'],
    breaks: ['scaling'],
    docs: {
      means:
        'Each time the manifest is applied it sets spec.replicas back, and the autoscaler sets it again: pods are started and stopped for nothing.',
      decides:
        'metadata.managedFields say that something else than the scale subresource has set spec.replicas after the autoscaler was made, and the events of the Deployment show one ReplicaSet scaled up and down at least twice each.',
      silent:
        'When a manifest merely names spec.replicas and nothing goes up and down, and when the autoscaler is not active.',
      references: [
        'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const scaler of snapshot.list('HorizontalPodAutoscaler')) {
      const target = targetOf(scaler);
      const object = target === undefined ? undefined : presentObject(snapshot, target);
      if (object?.kind !== 'Deployment') continue;
      const found = finding(snapshot, scaler, object);
      if (found !== undefined) yield found;
    }
  },
};

function finding(
  snapshot: Snapshot,
  scaler: HorizontalPodAutoscaler,
  deployment: KubernetesObject,
): Finding | undefined {
  const subject = refOf(deployment);
  const hpa = refOf(scaler);
  const active = conditionOf(scaler.status?.conditions, 'ScalingActive')?.status === 'True';
  const setter = active ? replicasSetter(scaler, deployment) : undefined;
  const turns = setter === undefined ? undefined : turnsOf(snapshot, deployment);
  if (setter === undefined || turns === undefined) return undefined;
  return {
    rule: hpaVsReplicasConflict.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    ...optional('since', turns.up.firstTimestamp),
    message: `${setter.manager} and ${inWords(hpa)} set the number of pods of ${inWords(subject)} in turn`,
    cause: `${setter.manager} has set spec.replicas at ${setter.time ?? ''}, after the autoscaler was made, and ${turns.set} has gone up and down again since.`,
    evidence: [
      computed(
        subject,
        `spec.replicas is set by ${setter.manager} (${setter.operation ?? 'Update'}) at ${setter.time ?? ''}`,
      ),
      fromEvent(turns.up, subject),
      fromEvent(turns.down, subject),
    ],
    affects: [hpa],
    fixes: [
      describeFix(hpa, `Leave spec.replicas out of the manifest that ${setter.manager} applies`, [
        'The number of pods then stays as the autoscaler sets it. With Argo CD, ignoring differences of /spec/replicas does the same.',
      ]),
    ],
  };
}

/** Who else than the autoscaler has set the number. */
function replicasSetter(scaler: HorizontalPodAutoscaler, { metadata }: KubernetesObject): FieldsChange | undefined {
  const made = timeOf(scaler.metadata.creationTimestamp) ?? 0;
  return (metadata.changes ?? []).find(
    ({ subresource, manager, paths, time }) =>
      subresource === undefined &&
      manager !== 'kube-controller-manager' &&
      paths.includes('spec.replicas') &&
      (timeOf(time) ?? 0) > made,
  );
}

function turnsOf(
  snapshot: Snapshot,
  deployment: KubernetesObject,
): { readonly up: Event; readonly down: Event; readonly set: string } | undefined {
  const scaled = eventsOf(snapshot, deployment).filter(({ reason }) => reason === 'ScalingReplicaSet');
  const ups = scaled.filter(({ message }) => message?.startsWith('Scaled up') === true);
  for (const up of ups) {
    const set = setOf(up);
    const downs = scaled.filter((event) => event.message?.startsWith('Scaled down') === true && setOf(event) === set);
    const [down] = downs;
    if (set === '' || down === undefined) continue;
    if (times(ups.filter((event) => setOf(event) === set)) >= TURNS && times(downs) >= TURNS) return { up, down, set };
  }
  return undefined;
}

function setOf({ message = '' }: Event): string {
  return /replica set (\S{1,253})/.exec(message)?.[1] ?? '';
}

function times(events: readonly Event[]): number {
  return events.reduce((sum, event) => sum + eventCount(event), 0);
}
