import { podsOf, podState, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Because,
  type Finding,
  type ResourceRef,
  type Snapshot,
  type StatefulSet,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { heldPods, isFresh, isStarting } from '../support/rollout-grace.ts';
import { counted } from '../support/words.ts';

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
      silent:
        'For a StatefulSet scaled to zero, within a minute of its creation, and while its missing pods are inside their grace windows.',
      references: [
        'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees',
      ],
    },
  },
  *analyze({ snapshot, now }) {
    for (const set of snapshot.list('StatefulSet')) {
      const ready = shortOf(set, now);
      if (ready !== undefined && !isStarting(snapshot, refOf(set))) yield finding(snapshot, set, ready);
    }
  },
};

/** The number of ready pods, if there should be more of them by now. */
function shortOf({ spec, status, metadata }: StatefulSet, now: number): number | undefined {
  const wanted = spec.replicas ?? 1;
  if (wanted === 0 || status === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  const ready = status.readyReplicas ?? 0;
  return ready >= wanted || isFresh(now, metadata.creationTimestamp) ? undefined : ready;
}

function finding(snapshot: Snapshot, set: StatefulSet, ready: number): Finding {
  const subject = refOf(set);
  const wanted = set.spec.replicas ?? 1;
  const behind = waitWords(snapshot, set);
  const pods = `${ready} of ${counted(wanted, 'pod')} ready`;
  return {
    rule: stsOrderedBlocked.meta.id,
    subject,
    severity: ready === 0 ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    message: `${inWords(subject)} is ${ready === 0 ? 'down' : 'short of pods'}: ${pods}`,
    cause: `The StatefulSet has ${pods}${behind}.`,
    state: `${ready}/${wanted} ready`,
    evidence: [
      computed(subject, `spec.replicas ${wanted}, status.readyReplicas ${ready}`),
      ...(behind === '' ? [] : [fromSpec(subject, 'spec.podManagementPolicy', 'OrderedReady')]),
    ],
    fixes: [],
    ...because(snapshot, subject),
  };
}

/** Until a pod that is being deleted is certainly gone, no other of its name is made. */
function because(snapshot: Snapshot, subject: ResourceRef): Pick<Finding, 'because'> {
  const links = podsOf(snapshot, subject).flatMap((pod): readonly Because[] => {
    const { stage, ref: target } = podState(snapshot, pod);
    if (stage !== 'terminating') return [];
    const { nodeName = '' } = pod.spec;
    return [
      { ref: target, mechanism: 'deletion' },
      ...(nodeName === '' ? [] : [{ ref: ref('Node', undefined, nodeName), mechanism: 'deletion' as const }]),
    ];
  });
  return links.length === 0 ? {} : { because: links };
}

/** In order means that one pod that is not ready keeps all later ones from being created. */
function waitWords(snapshot: Snapshot, set: StatefulSet): string {
  const subject = refOf(set);
  const [first] = heldPods(snapshot, subject).toSorted((a, b) => ordinal(a.ref.name) - ordinal(b.ref.name));
  const ordered = (set.spec.podManagementPolicy ?? 'OrderedReady') === 'OrderedReady';
  const incomplete = podsOf(snapshot, subject).length < (set.spec.replicas ?? 1);
  if (first === undefined || !ordered || !incomplete) return '';
  return `; the pods after ${first.ref.name} are not created before it is ready`;
}

function ordinal(name: string): number {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
}
