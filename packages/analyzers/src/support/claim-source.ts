import { ref, type ResourceRef, type Snapshot } from '@kroot/types';
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
  const {
    kind,
    name = '',
    apiGroup = '',
    namespace = claim.metadata.namespace ?? '',
  } = dataSourceRef ?? dataSource ?? {};
  if (name === '') return undefined;
  if (kind === 'PersistentVolumeClaim' && apiGroup === '') {
    const target = ref('PersistentVolumeClaim', namespace, name);
    if (snapshot.lookup(target).state === 'absent') return { ref: target, field, problem: 'absent' };
    const phase = present(snapshot, 'PersistentVolumeClaim', namespace, name)?.status?.phase;
    return phase === undefined || phase === 'Bound' ? undefined : { ref: target, field, problem: 'not-ready' };
  }
  if (kind !== 'VolumeSnapshot' || apiGroup !== SNAPSHOTS) return undefined;
  const target: ResourceRef = { group: SNAPSHOTS, kind, namespace, name };
  if (snapshot.lookup(target).state === 'absent') return { ref: target, field, problem: 'absent' };
  const isReady = snapshot.list(`VolumeSnapshot.${SNAPSHOTS}`, namespace).find(({ metadata }) => metadata.name === name)
    ?.status?.readyToUse;
  return isReady === false ? { ref: target, field, problem: 'not-ready' } : undefined;
}
