import {
  compareStrings,
  kindKey,
  refKey,
  type CoverageGap,
  type KubernetesObject,
  type ObjectOf,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { refOf } from './refs.ts';

/** A snapshot of these objects, in which everything is known but what `unknown` names (`Kind` or `Kind/namespace`). */
export function snapshotOf(objects: readonly KubernetesObject[], unknown: readonly string[] = []): Snapshot {
  const lists = new Map<string, KubernetesObject[]>();
  const byKey = new Map(objects.map((object) => [refKey(refOf(object)), object]));
  for (const object of byKey.values()) {
    const kind = kindKey(refOf(object).group, object.kind);
    lists.set(kind, [...(lists.get(kind) ?? []), object]);
  }
  for (const list of lists.values()) list.sort((a, b) => compareStrings(sortKey(a), sortKey(b)));
  const gap = (kind: string, namespace = ''): CoverageGap | undefined =>
    unknown.includes(kind) || unknown.includes(`${kind}/${namespace}`)
      ? { kind, namespace, state: 'not-collected', reason: 'the input does not have them' }
      : undefined;
  return {
    now: new Date('2026-01-01T12:00:00Z'),
    source: { type: 'memory', name: 'test' },
    coverage: { state: (kind, namespace) => gap(kind, namespace)?.state ?? 'complete', gap },
    notices: [],
    size: byKey.size,
    kinds: () => [...lists.keys()].toSorted(),
    list: <K extends string>(kind: K, namespace?: string) => {
      const found = lists.get(kind) ?? [];
      const here = namespace === undefined ? found : found.filter(({ metadata }) => metadata.namespace === namespace);
      return here as unknown as readonly ObjectOf<K>[];
    },
    lookup: <K extends string>(target: ResourceRef & { readonly kind: K }) => {
      const object = byKey.get(refKey(target));
      if (object !== undefined) return { state: 'present', object: object as unknown as ObjectOf<K> };
      const missing = gap(kindKey(target.group, target.kind), target.namespace);
      return missing === undefined ? { state: 'absent' } : { state: 'unknown', gap: missing };
    },
    byUid: (uid) => objects.find(({ metadata }) => metadata.uid === uid),
  };
}

function sortKey({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
