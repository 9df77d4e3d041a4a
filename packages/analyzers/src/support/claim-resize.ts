import { conditionOf, memoize, parseQuantity, refOf, timeOf } from '@kroot/graph';
import { type Evidence, type PersistentVolumeClaim, type ResourceRef, type Snapshot } from '@kroot/types';
import { fromCondition, fromEvent, fromSpec } from './evidence.ts';
import { optional } from './optional.ts';
import { standingEvent } from './standing-event.ts';

/** Why a bound claim is not what its spec asks for. */
export interface ClaimChange {
  readonly claim: PersistentVolumeClaim;
  readonly ref: ResourceRef;
  readonly kind: 'resize-failed' | 'waits-for-mount' | 'modify-failed';
  /** What the machine said about it. */
  readonly words: string;
  readonly evidence: readonly Evidence[];
  readonly since?: string;
  readonly wanted: string;
  readonly have: string;
}

/** A pod that mounts the volume lets the kubelet grow the file system within moments. */
const MOUNT_GRACE = 600_000;

/** The bound claims whose growth or change of class does not come about: at most one entry for each. */
export const claimChanges: (snapshot: Snapshot) => readonly ClaimChange[] = memoize((snapshot) =>
  snapshot.list('PersistentVolumeClaim').flatMap((claim) => {
    if (claim.status?.phase !== 'Bound' || claim.metadata.deletionTimestamp !== undefined) return [];
    return (isSmaller(claim) ? resize(snapshot, claim) : undefined) ?? modify(snapshot, claim) ?? [];
  }),
);

function sizes({ spec, status }: PersistentVolumeClaim): { readonly wanted: string; readonly have: string } {
  return { wanted: spec?.resources?.requests?.['storage'] ?? '', have: status?.capacity?.['storage'] ?? '' };
}

function isSmaller(claim: PersistentVolumeClaim): boolean {
  const { wanted, have } = sizes(claim);
  const [a, b] = [parseQuantity(wanted), parseQuantity(have)];
  return a !== undefined && b !== undefined && b < a;
}

/** https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/api/core/v1/types.go (PersistentVolumeClaimConditionType) */
function resize(snapshot: Snapshot, claim: PersistentVolumeClaim): ClaimChange | undefined {
  return failedResize(snapshot, claim) ?? waitingForMount(snapshot, claim);
}

function failedResize(snapshot: Snapshot, claim: PersistentVolumeClaim): ClaimChange | undefined {
  const event = standingEvent(snapshot, claim, {
    bad: ['VolumeResizeFailed', 'FileSystemResizeFailed'],
    good: ['VolumeResizeSuccessful', 'FileSystemResizeSuccessful', 'FileSystemResizeRequired'],
  });
  const failed = ['ControllerResizeError', 'NodeResizeError']
    .map((type) => conditionOf(claim.status?.conditions, type))
    .find((condition) => condition?.status === 'True');
  const infeasible = Object.entries(claim.status?.allocatedResourceStatuses ?? {}).find(([, state]) =>
    state.endsWith('Infeasible'),
  );
  const target = refOf(claim);
  const evidence = [
    ...(failed === undefined ? [] : [fromCondition(target, failed)]),
    ...(event === undefined ? [] : [fromEvent(event, target)]),
    ...(infeasible === undefined
      ? []
      : [fromSpec(target, `status.allocatedResourceStatuses[${infeasible[0]}]`, infeasible[1])]),
  ];
  if (evidence.length === 0) return undefined;
  const words = failed?.message ?? event?.message ?? infeasible?.[1] ?? '';
  return { ...common(claim), kind: 'resize-failed', words, evidence, ...optional('since', failed?.lastTransitionTime) };
}

function waitingForMount(snapshot: Snapshot, claim: PersistentVolumeClaim): ClaimChange | undefined {
  const waiting = conditionOf(claim.status?.conditions, 'FileSystemResizePending');
  const since = timeOf(waiting?.lastTransitionTime);
  if (waiting?.status !== 'True' || since === undefined || snapshot.now.getTime() - since < MOUNT_GRACE)
    return undefined;
  return {
    ...common(claim),
    kind: 'waits-for-mount',
    words: waiting.message ?? '',
    evidence: [fromCondition(refOf(claim), waiting)],
    ...optional('since', waiting.lastTransitionTime),
  };
}

function modify(snapshot: Snapshot, claim: PersistentVolumeClaim): ClaimChange | undefined {
  const event = standingEvent(snapshot, claim, { bad: ['VolumeModifyFailed'], good: ['VolumeModifySuccessful'] });
  const condition = conditionOf(claim.status?.conditions, 'ModifyVolumeError');
  const failed = condition?.status === 'True' ? condition : undefined;
  if (event === undefined && failed === undefined) return undefined;
  const target = refOf(claim);
  return {
    ...common(claim),
    kind: 'modify-failed',
    words: failed?.message ?? event?.message ?? '',
    evidence: [
      ...(failed === undefined ? [] : [fromCondition(target, failed)]),
      ...(event === undefined ? [] : [fromEvent(event, target)]),
    ],
    ...optional('since', failed?.lastTransitionTime),
  };
}

function common(claim: PersistentVolumeClaim): Pick<ClaimChange, 'claim' | 'ref' | 'wanted' | 'have'> {
  return { claim, ref: refOf(claim), ...sizes(claim) };
}
