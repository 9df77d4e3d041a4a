import { memoize, refOf, timeOf } from '@kroot/graph';
import { type KubernetesObject, type ResourceRef, type Snapshot } from '@kroot/types';

/** An object that was deleted and that finalizers keep. */
export interface StuckObject {
  readonly ref: ResourceRef;
  readonly object: KubernetesObject;
  readonly finalizers: readonly string[];
  /** Milliseconds since its deletion. */
  readonly age: number;
}

/** Kinds with rules of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'Pod',
  'Namespace',
  'Node',
  'CustomResourceDefinition',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'VolumeAttachment',
]);

/** A controller that runs needs a moment. */
const GRACE = 60_000;

/** All objects that finalizers of controllers keep for more than a minute, by kind, namespace and name. */
export const stuckObjects: (snapshot: Snapshot) => readonly StuckObject[] = memoize((snapshot) => {
  const now = snapshot.now.getTime();
  const found: StuckObject[] = [];
  for (const kind of snapshot.kinds()) {
    if (ELSEWHERE.has(kind)) continue;
    for (const object of snapshot.list(kind)) {
      const deletedAt = timeOf(object.metadata.deletionTimestamp);
      if (deletedAt === undefined || now - deletedAt < GRACE) continue;
      const finalizers = (object.metadata.finalizers ?? []).filter((name) => !isBuiltin(name));
      if (finalizers.length > 0) found.push({ ref: refOf(object), object, finalizers, age: now - deletedAt });
    }
  }
  return found;
});

/** Finalizers of Kubernetes' own garbage collection and protection wait for other objects, not for an operator. */
function isBuiltin(finalizer: string): boolean {
  return finalizer === 'foregroundDeletion' || finalizer === 'orphan' || finalizer.startsWith('kubernetes.io/');
}

/** `records.example.com` of `records.example.com/cleanup`; older finalizers are a bare name. */
export function finalizerDomain(finalizer: string): string {
  const [domain = ''] = finalizer.split('/');
  return domain;
}
