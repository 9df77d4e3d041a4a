import { claimConsumers, conditionOf, memoize, podState, refOf, timeOf, topOwner, type PodState } from '@kroot/graph';
import {
  ref,
  refKey,
  sameRef,
  type Deployment,
  type PersistentVolumeClaim,
  type ResourceRef,
  type Snapshot,
  type VolumeAttachment,
} from '@kroot/types';
import { type MountFailure } from '../messages/mount.ts';
import { failuresOfKind, type VolumeFailure } from './volume-failures.ts';

/** A pod whose volume is still attached to another node. */
export interface AttachConflict {
  readonly failing: VolumeFailure & { readonly failure: Extract<MountFailure, { readonly kind: 'multi-attach' }> };
  readonly volume: ResourceRef;
  /** Pods on other nodes that use the claim, or that the kubelet names. */
  readonly holders: readonly PodState[];
  readonly attachment?: VolumeAttachment;
  /** Name of the node that has the volume. */
  readonly heldOn?: string;
  /** That node, when it is lost or gone. */
  readonly lostNode?: ResourceRef;
  /** The Deployment that both pods belong to, when its way of updating needs the volume twice. */
  readonly deployment?: Deployment;
}

/** After the loss of a node the attach/detach controller waits six minutes before it detaches by force. */
const FORCE_DETACH = 360_000;

/** All conflicts that waiting will not solve. */
export const attachConflicts: (snapshot: Snapshot) => readonly AttachConflict[] = memoize((snapshot) =>
  failuresOfKind(snapshot, 'multi-attach')
    .map((failing) => conflictOf(snapshot, failing))
    .filter((conflict) => !isHandOver(snapshot, conflict)),
);

function conflictOf(snapshot: Snapshot, failing: AttachConflict['failing']): AttachConflict {
  const { persistentVolume, failure, node, pod } = failing;
  const name = persistentVolume?.metadata.name ?? failure.volume;
  const holders = holdersOf(snapshot, failing);
  const attachment = snapshot
    .list('VolumeAttachment')
    .find(({ spec }) => spec?.source?.persistentVolumeName === name && spec.nodeName !== node);
  const heldOn = attachment?.spec?.nodeName ?? holders[0]?.pod.spec.nodeName;
  const lostNode = heldOn === undefined ? undefined : lost(snapshot, heldOn);
  const deployment = updating(snapshot, topOwner(snapshot, pod.pod), holders);
  return {
    failing,
    volume: ref('PersistentVolume', undefined, name),
    holders,
    ...(attachment === undefined ? {} : { attachment }),
    ...(heldOn === undefined ? {} : { heldOn }),
    ...(lostNode === undefined ? {} : { lostNode }),
    ...(deployment === undefined ? {} : { deployment }),
  };
}

function holdersOf(snapshot: Snapshot, { claim, failure, pod, node }: AttachConflict['failing']): readonly PodState[] {
  const found = new Map<string, PodState>();
  const target =
    claim === undefined ? undefined : snapshot.lookup({ ...claim, kind: 'PersistentVolumeClaim' as const });
  const object: PersistentVolumeClaim | undefined = target?.state === 'present' ? target.object : undefined;
  const users = object === undefined ? [] : claimConsumers(snapshot, object);
  const named = failure.pods.flatMap((name) => {
    const other = snapshot.lookup({ ...ref('Pod', pod.ref.namespace, name), kind: 'Pod' as const });
    return other.state === 'present' ? [other.object] : [];
  });
  for (const other of [...named, ...users]) {
    const { nodeName = '' } = other.spec;
    if (nodeName !== '' && nodeName !== node) found.set(refKey(refOf(other)), podState(snapshot, other));
  }
  return [...found.values()];
}

function lost(snapshot: Snapshot, name: string): ResourceRef | undefined {
  const target = { ...ref('Node', undefined, name), kind: 'Node' as const };
  const node = snapshot.lookup(target);
  if (node.state === 'absent') return target;
  return node.state === 'present' && conditionOf(node.object.status?.conditions, 'Ready')?.status !== 'True'
    ? target
    : undefined;
}

/** A rolling update starts the new pod before it stops the old one, and so does any second replica. */
function updating(snapshot: Snapshot, owner: ResourceRef, holders: readonly PodState[]): Deployment | undefined {
  if (owner.kind !== 'Deployment' || !holders.some(({ pod }) => sameRef(topOwner(snapshot, pod), owner)))
    return undefined;
  const found = snapshot.lookup({ ...owner, kind: 'Deployment' as const });
  if (found.state !== 'present') return undefined;
  const { strategy, replicas = 1 } = found.object.spec;
  return (strategy?.type ?? 'RollingUpdate') === 'RollingUpdate' || replicas > 1 ? found.object : undefined;
}

/** The old pod is ending, or its volume is being detached without an error: it follows by itself. */
function isHandOver(snapshot: Snapshot, { holders, lostNode, deployment, attachment }: AttachConflict): boolean {
  if (lostNode !== undefined || deployment !== undefined) return false;
  const now = snapshot.now.getTime();
  const detaching = attachment?.status?.detachError === undefined ? attachment?.metadata : undefined;
  return [...holders.map(({ pod }) => pod.metadata), ...(detaching === undefined ? [] : [detaching])].some(
    ({ deletionTimestamp }) => {
      const deleted = timeOf(deletionTimestamp);
      return deleted !== undefined && now - deleted < FORCE_DETACH;
    },
  );
}
