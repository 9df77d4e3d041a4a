import { kindKey, type CoverageGap, type KubernetesObject, type Snapshot } from '@kroot/types';

/** The same snapshot for somebody who could not read these kinds: neither there nor missing, but unknown. */
export function withoutKinds(snapshot: Snapshot, hidden: readonly string[]): Snapshot {
  const isHidden = new Set(hidden);
  const kinds = snapshot.kinds().filter((kind) => !isHidden.has(kind));
  return {
    now: snapshot.now,
    source: snapshot.source,
    notices: snapshot.notices,
    size: kinds.reduce((sum, kind) => sum + snapshot.list(kind).length, 0),
    coverage: {
      state: (kind, namespace) => (isHidden.has(kind) ? 'not-collected' : snapshot.coverage.state(kind, namespace)),
      gap: (kind, namespace) => (isHidden.has(kind) ? gap(kind, namespace) : snapshot.coverage.gap(kind, namespace)),
    },
    kinds: () => kinds,
    list: (kind, namespace) => (isHidden.has(kind) ? [] : snapshot.list(kind, namespace)),
    lookup: (target) => {
      const kind = kindKey(target.group, target.kind);
      return isHidden.has(kind) ? { state: 'unknown', gap: gap(kind, target.namespace) } : snapshot.lookup(target);
    },
    byUid: (uid) => {
      const found = snapshot.byUid(uid);
      return found === undefined || isHidden.has(keyOf(found)) ? undefined : found;
    },
  };
}

function gap(kind: string, namespace = '*'): CoverageGap {
  return { kind, namespace, state: 'not-collected', reason: 'the test has taken it away' };
}

function keyOf({ apiVersion, kind }: KubernetesObject): string {
  return kindKey(apiVersion.split('/').slice(0, -1).join('/'), kind);
}
