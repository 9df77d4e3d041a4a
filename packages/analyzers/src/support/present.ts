import { ref, type ObjectOf, type Snapshot } from '@kroot/types';

/** An object of a built-in kind by name, with its type, if it is in the snapshot. */
export function present<K extends string>(
  snapshot: Snapshot,
  kind: K,
  namespace: string | undefined,
  name: string,
): ObjectOf<K> | undefined {
  const found = snapshot.lookup({ ...ref(kind, namespace, name), kind });
  return found.state === 'present' ? found.object : undefined;
}
