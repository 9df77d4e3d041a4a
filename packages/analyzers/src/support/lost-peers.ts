import { memoize } from '@kroot/graph';
import { refKey, type Snapshot } from '@kroot/types';
import { claims } from './claims.ts';
import { serviceNamed } from './peer.ts';

/** For each pod that crashes, the Services that its last words say it could not reach. */
export const lostPeers: (snapshot: Snapshot) => ReadonlyMap<string, ReadonlySet<string>> = memoize((snapshot) => {
  const found = new Map<string, Set<string>>();
  for (const { pod, crash } of [...claims(snapshot).values()].flat()) {
    const service = crash?.host === undefined ? undefined : serviceNamed(snapshot, crash.host, pod.ref.namespace);
    if (service === undefined) continue;
    const key = refKey(pod.ref);
    found.set(key, (found.get(key) ?? new Set()).add(refKey(service)));
  }
  return found;
});
