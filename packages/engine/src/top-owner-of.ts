import { presentObject, topOwner } from '@kroot/graph';
import { type ResourceRef, type Snapshot } from '@kroot/types';

/** The workload that an object belongs to in the end; the object itself where it is not in the snapshot. */
export function topOwnerOf(snapshot: Snapshot, ref: ResourceRef): ResourceRef {
  const object = presentObject(snapshot, ref);
  return object === undefined ? ref : topOwner(snapshot, object);
}
