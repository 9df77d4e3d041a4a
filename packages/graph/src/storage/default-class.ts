import { type CoverageGap, type Snapshot, type StorageClass } from '@kroot/types';
import { memoize } from '../memo.ts';

const DEFAULT = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/** The class that claims without one get. `others` are further classes that call themselves default. */
export type DefaultClass =
  | { readonly state: 'present'; readonly storageClass: StorageClass; readonly others: readonly StorageClass[] }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly gap: CoverageGap };

/**
 * The default StorageClass: of several the newest, of equally old ones the first by name.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/storageclass.go (GetDefaultClass)
 */
export const defaultStorageClass: (snapshot: Snapshot) => DefaultClass = memoize((snapshot): DefaultClass => {
  const gap = snapshot.coverage.gap('StorageClass');
  const marked = snapshot
    .list('StorageClass')
    .filter(({ metadata }) => DEFAULT.some((key) => metadata.annotations?.[key] === 'true'));
  const sorted = marked.toSorted((a, b) => bornAt(b) - bornAt(a));
  const [storageClass, ...others] = sorted;
  if (storageClass !== undefined) return { state: 'present', storageClass, others };
  return gap === undefined ? { state: 'absent' } : { state: 'unknown', gap };
});

function bornAt(storageClass: StorageClass): number {
  const time = Date.parse(storageClass.metadata.creationTimestamp ?? '');
  return Number.isNaN(time) ? 0 : time;
}
