import { labelValue, podsOf, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Pod, type Snapshot, type StatefulSet } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { supersededFindings, TEMPLATE_MECHANISMS } from '../support/superseded-rule.ts';
import { supersededPods } from '../support/superseded-pods.ts';
import { counted, listed } from '../support/words.ts';

const ID = 'sts-partition-or-ondelete';

/** Reports StatefulSets whose update strategy holds a new template back from pods. */
export const stsPartitionOrOndelete: Analyzer = {
  meta: {
    id: ID,
    title: 'Update strategy of a StatefulSet holds a new template back',
    role: 'fault',
    severity: 'critical',
    reads: ['StatefulSet', 'Pod'],
    breaks: ['rollout', ...TEMPLATE_MECHANISMS],
    docs: {
      means:
        'The template has changed, and a partition or updateStrategy OnDelete leaves pods at the old one until somebody acts.',
      decides:
        'Pods whose label controller-revision-hash is not status.updateRevision, with updateStrategy OnDelete or an ordinal below the partition. Critical where such a pod is held up by something that the new template changes, else a remark.',
      silent: 'When all pods are of the newest revision, and when the rollout is simply under way.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies'],
    },
  },
  *analyze({ snapshot }) {
    yield* supersededFindings(snapshot, ID, ['on-delete', 'partition']);
    const broken = new Set([...supersededPods(snapshot).values()].map(({ set }) => set));
    for (const set of snapshot.list('StatefulSet')) {
      const old = broken.has(set) ? [] : heldBack(snapshot, set);
      if (old.length > 0) yield remark(set, old);
    }
  },
};

function heldBack(snapshot: Snapshot, set: StatefulSet): readonly Pod[] {
  const { updateStrategy } = set.spec;
  const partition = updateStrategy?.type === 'OnDelete' ? Infinity : (updateStrategy?.rollingUpdate?.partition ?? 0);
  const newest = set.status?.updateRevision;
  if (partition === 0 || newest === undefined || set.metadata.deletionTimestamp !== undefined) return [];
  return podsOf(snapshot, refOf(set)).filter((pod) => {
    const revision = labelValue(pod.metadata.labels, 'controller-revision-hash');
    return revision !== undefined && revision !== newest && ordinal(pod) < partition;
  });
}

function ordinal({ metadata }: Pod): number {
  return Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? 0);
}

function remark(set: StatefulSet, old: readonly Pod[]): Finding {
  const subject = refOf(set);
  const isOnDelete = set.spec.updateStrategy?.type === 'OnDelete';
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const strategy = isOnDelete ? 'updateStrategy OnDelete' : `partition ${partition}`;
  const names = listed(old.map(({ metadata }) => metadata.name));
  return {
    rule: ID,
    subject,
    severity: 'info',
    confidence: CONFIDENCE.proved,
    message: `New template of ${inWords(subject)} is held back from ${counted(old.length, 'pod')} by ${strategy}`,
    cause: `${names} ${old.length === 1 ? 'keeps' : 'keep'} the template of before, since ${isOnDelete ? 'OnDelete replaces pods only when they are deleted' : `ordinals below ${partition} are left out of updates`}.`,
    evidence: [
      isOnDelete
        ? fromSpec(subject, 'spec.updateStrategy.type', 'OnDelete')
        : fromSpec(subject, 'spec.updateStrategy.rollingUpdate.partition', String(partition)),
      computed(
        subject,
        `status.currentRevision ${set.status?.currentRevision ?? ''}, updateRevision ${set.status?.updateRevision ?? ''}`,
      ),
    ],
    breaks: ['rollout'],
    fixes: [
      isOnDelete
        ? {
            summary: `Delete the pods one by one when the new template is to take effect`,
            steps: ['The controller makes each again from the new template; wait until it is ready before the next.'],
            commands: [kubectl(subject.namespace, 'rollout', 'history', kubectlName(subject))],
            effect: 'none',
            where: 'cluster',
          }
        : {
            summary: `Lower the partition of ${inWords(subject)} to 0 when the new template is to reach all pods`,
            steps: ['The controller then replaces the pods in order, highest ordinal first.'],
            commands: [
              kubectl(
                subject.namespace,
                'patch',
                kubectlName(subject),
                '--type=merge',
                '-p',
                '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}',
              ),
            ],
            effect: 'change',
            where: 'cluster',
          },
    ],
  };
}
