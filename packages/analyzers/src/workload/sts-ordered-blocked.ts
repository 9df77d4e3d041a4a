import { podsOf, podState, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Snapshot, type StatefulSet } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { isFresh } from '../support/rollout-grace.ts';

/** Reports StatefulSets that have fewer ready pods than they want; later ordinals wait for earlier ones. */
export const stsOrderedBlocked: Analyzer = {
  meta: {
    id: 'sts-ordered-blocked',
    title: 'StatefulSet has fewer ready pods than it wants',
    role: 'symptom',
    severity: 'critical',
    reads: ['StatefulSet', 'Pod'],
    waitsFor: ['availability', 'pod-creation'],
    breaks: ['endpoints', 'availability', 'scaling', 'extension-api'],
    docs: {
      means:
        'Fewer pods of the StatefulSet are ready than it asks for. Unless podManagementPolicy is Parallel the next ordinal is not even created before this one is ready.',
      decides: 'status.readyReplicas against spec.replicas. StatefulSets have no conditions.',
      silent: 'For a StatefulSet scaled to zero, within a minute of its creation, and while its missing pods are inside their grace windows.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees'],
    },
  },
  *analyze({ snapshot, now }) {
    for (const set of snapshot.list('StatefulSet')) {
      const found = finding(snapshot, set, now);
      if (found !== undefined) yield found;
    }
  },
};

function finding(snapshot: Snapshot, set: StatefulSet, now: number): Finding | undefined {
  const wanted = set.spec.replicas ?? 1;
  const { status, metadata } = set;
  if (wanted === 0 || status === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  const ready = status.readyReplicas ?? 0;
  if (ready >= wanted || isFresh(now, metadata.creationTimestamp)) return undefined;
  const subject = refOf(set);
  const pods = podsOf(snapshot, subject).map((pod) => podState(snapshot, pod));
  const held = pods.filter(({ blocked }) => blocked);
  const waiting = pods.some(({ stage, blocked }) => !blocked && stage !== 'ready' && stage !== 'completed');
  if (held.length === 0 && waiting) return undefined;
  const first = held[0];
  const ordered = (set.spec.podManagementPolicy ?? 'OrderedReady') === 'OrderedReady';
  const behind = first !== undefined && ordered && pods.length < wanted ? `; the pods after ${first.ref.name} are not created before it is ready` : '';
  return {
    rule: stsOrderedBlocked.meta.id,
    subject,
    severity: ready === 0 ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    message: `${inWords(subject)} is ${ready === 0 ? 'down' : 'short of pods'}: ${ready} of ${wanted} pods ready`,
    cause: `The StatefulSet has ${ready} of ${wanted} pods ready${behind}.`,
    state: `${ready}/${wanted} ready`,
    evidence: [
      computed(subject, `spec.replicas ${wanted}, status.readyReplicas ${ready}`),
      ...(behind === '' ? [] : [fromSpec(subject, 'spec.podManagementPolicy', 'OrderedReady')]),
    ],
    fixes: [],
  };
}
