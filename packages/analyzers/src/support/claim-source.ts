import { type ObjectReference, type ResourceRef, type Snapshot } from '@kroot/types';
import { type PendingClaim } from './pending-claims.ts';
import { present } from './present.ts';

/** What a claim is to be filled from, and why that does not work. */
export interface MissingSource {
  readonly ref: ResourceRef;
  readonly field: 'dataSource' | 'dataSourceRef';
  readonly problem: 'absent' | 'not-ready';
}

const SNAPSHOTS = 'snapshot.storage.k8s.io';

/**
 * The snapshot or claim that a claim is made from, if it is not there or not usable yet. Sources of other kinds are the
 * affair of their populators. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#volume-populators-and-data-sources
 */
export function missingSource(snapshot: Snapshot, { claim }: PendingClaim): MissingSource | undefined {
  const { dataSource, dataSourceRef } = claim.spec ?? {};
  const field = dataSourceRef === undefined ? 'dataSource' : 'dataSourceRef';
  const target = targetOf(dataSourceRef ?? dataSource ?? {}, claim.metadata.namespace);
  if (target === undefined) return undefined;
  if (snapshot.lookup(target).state === 'absent') return { ref: target, field, problem: 'absent' };
  return isReady(snapshot, target) === false ? { ref: target, field, problem: 'not-ready' } : undefined;
}

function targetOf(source: ObjectReference, own: string | undefined): ResourceRef | undefined {
  const { kind = '', name = '', apiGroup = '', namespace = own ?? '' } = source;
  const known =
    (kind === 'PersistentVolumeClaim' && apiGroup === '') || (kind === 'VolumeSnapshot' && apiGroup === SNAPSHOTS);
  return known && name !== '' ? { group: apiGroup, kind, namespace, name } : undefined;
}

/** Undefined where the source does not tell. */
function isReady(snapshot: Snapshot, { group, namespace, name }: ResourceRef): boolean | undefined {
  if (group === '') {
    const phase = present(snapshot, 'PersistentVolumeClaim', namespace, name)?.status?.phase;
    return phase === undefined ? undefined : phase === 'Bound';
  }
  const all = snapshot.list(`VolumeSnapshot.${SNAPSHOTS}`, namespace);
  return all.find(({ metadata }) => metadata.name === name)?.status?.readyToUse;
}
