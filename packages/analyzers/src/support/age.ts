import { presentObject, timeOf } from '@kroot/graph';
import { type ResourceRef, type Snapshot } from '@kroot/types';

/** Milliseconds since an object was created, or last written where the input has managedFields; undefined if unknown. */
export function ageOf(snapshot: Snapshot, target: ResourceRef): number | undefined {
  const metadata = presentObject(snapshot, target)?.metadata;
  const times = [metadata?.creationTimestamp, ...(metadata?.changes ?? []).map(({ time }) => time)]
    .map((text) => timeOf(text))
    .filter((time) => time !== undefined);
  return times.length === 0 ? undefined : snapshot.now.getTime() - Math.max(...times);
}
