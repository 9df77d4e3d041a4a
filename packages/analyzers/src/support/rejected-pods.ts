import { memoize, podState, topOwner, type PodState } from '@kroot/graph';
import { compareRefs, refKey, type Pod, type PodSpec, type ResourceRef, type Snapshot } from '@kroot/types';
import { readRejection, type RejectionRule, type RejectionWords } from '../messages/rejection.ts';
import { lacksPods } from './lacks-pods.ts';
import { podSpecField } from './template.ts';

/** Pods of one workload that kubelets refuse for one reason. */
export interface RejectedGroup {
  readonly owner: ResourceRef;
  /** The words for the first of the pods. */
  readonly rejection: RejectionWords;
  /** status.reason of the pods. */
  readonly reason: string;
  readonly pods: readonly [PodState, ...PodState[]];
  /** Names of the nodes that refuse, sorted. */
  readonly nodes: readonly string[];
  /** The pod spec where a user edits it. */
  readonly template?: PodSpec;
}

/** Refused pods whose place is still empty, by workload and reason, in order of the workload. */
const rejectedGroups: (snapshot: Snapshot) => readonly RejectedGroup[] = memoize((snapshot) => {
  const found = new Map<string, { owner: ResourceRef; rejection: RejectionWords; pods: [PodState, ...PodState[]] }>();
  for (const pod of snapshot.list('Pod')) {
    const rejection = isRejected(pod) ? readRejection(pod.status?.reason ?? '', pod.status?.message ?? '') : undefined;
    if (rejection === undefined || !lacksPods(snapshot, pod)) continue;
    const owner = topOwner(snapshot, pod);
    const key = [refKey(owner), rejection.rule, rejection.about].join('\n');
    const known = found.get(key);
    if (known === undefined) found.set(key, { owner, rejection, pods: [podState(snapshot, pod)] });
    else known.pods.push(podState(snapshot, pod));
  }
  return [...found.values()]
    .toSorted((a, b) => compareRefs(a.owner, b.owner))
    .map((group) => complete(snapshot, group));
});

/** Up to Kubernetes 1.21 a pod that AppArmor kept from starting stayed Pending. */
function isRejected({ metadata, spec, status }: Pod): boolean {
  const refused = status?.phase === 'Failed' || (status?.phase === 'Pending' && status.reason === 'AppArmor');
  return refused && (spec.nodeName ?? '') !== '' && metadata.deletionTimestamp === undefined;
}

function complete(snapshot: Snapshot, group: Pick<RejectedGroup, 'owner' | 'rejection' | 'pods'>): RejectedGroup {
  const { owner, pods } = group;
  const [{ pod }] = pods;
  const template = owner.kind === 'Pod' ? pod.spec : podSpecField(snapshot, owner)?.spec;
  return {
    ...group,
    reason: pod.status?.reason ?? '',
    nodes: [...new Set(pods.map((state) => state.pod.spec.nodeName ?? ''))].toSorted(),
    ...(template === undefined ? {} : { template }),
  };
}

/** The groups that a rule tells. */
export function rejectedPods(snapshot: Snapshot, rule: RejectionRule): readonly RejectedGroup[] {
  return rejectedGroups(snapshot).filter(({ rejection }) => rejection.rule === rule);
}

/** Whether the workload itself names the node, so that no scheduler has looked whether it fits. */
export function isPinned({ template }: RejectedGroup): boolean {
  return (template?.nodeName ?? '') !== '';
}
