import {
  builtinKind,
  compareStrings,
  kindKey,
  refKey,
  type Coverage,
  type CoverageGap,
  type KubernetesObject,
  type Lookup,
  type ObjectOf,
  type ResourceRef,
  type Snapshot,
  type SourceInfo,
} from '@kroot/types';

/** What a snapshot is made of: each object once, in any order. */
export interface SnapshotParts {
  readonly now: number;
  readonly source: SourceInfo;
  readonly coverage: Coverage;
  readonly notices: readonly string[];
  /** By kind as `Snapshot.list` names it. */
  readonly objects: ReadonlyMap<string, readonly KubernetesObject[]>;
  /** `refKey` of objects that are known not to exist. */
  readonly absent: ReadonlySet<string>;
}

interface KindIndex {
  readonly all: readonly KubernetesObject[];
  readonly byNamespace: ReadonlyMap<
    string,
    { readonly list: readonly KubernetesObject[]; readonly byName: ReadonlyMap<string, KubernetesObject> }
  >;
}

const NONE: readonly KubernetesObject[] = Object.freeze([]);

/** Indexes objects; the result has a total order and does not change. */
export function buildSnapshot(parts: SnapshotParts): Snapshot {
  const { now, source, coverage, notices, absent } = parts;
  const kinds = new Map<string, KindIndex>();
  const byUid = new Map<string, KubernetesObject>();
  let size = 0;
  for (const kind of [...parts.objects.keys()].toSorted(compareStrings)) {
    const index = indexKind(parts.objects.get(kind) ?? NONE);
    kinds.set(kind, index);
    size += index.all.length;
    for (const object of index.all) {
      const { uid } = object.metadata;
      if (uid !== undefined && !byUid.has(uid)) byUid.set(uid, object);
    }
  }
  const names = Object.freeze([...kinds.keys()]);

  function list<K extends string>(kind: K, namespace?: string): readonly ObjectOf<K>[] {
    const index = kinds.get(kind);
    const found = namespace === undefined ? index?.all : index?.byNamespace.get(namespace)?.list;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `project` files an object under the kind it shaped it for
    return (found ?? NONE) as readonly ObjectOf<K>[];
  }

  function lookup<K extends string>(target: ResourceRef & { readonly kind: K }): Lookup<ObjectOf<K>> {
    const kind = kindKey(target.group, target.kind);
    const namespace = builtinKind(kind)?.namespaced === false ? '' : (target.namespace ?? '');
    const object = kinds.get(kind)?.byNamespace.get(namespace)?.byName.get(target.name);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as in `list`
    if (object !== undefined) return { state: 'present', object: object as ObjectOf<K> };
    if (absent.has(refKey(target))) return { state: 'absent' };
    const gap: CoverageGap | undefined = coverage.gap(kind, namespace);
    return gap === undefined ? { state: 'absent' } : { state: 'unknown', gap };
  }

  return Object.freeze({
    get now() {
      return new Date(now);
    },
    source: Object.freeze(source),
    coverage,
    notices: Object.freeze([...notices]),
    size,
    kinds: () => names,
    list,
    lookup,
    byUid: (uid: string) => byUid.get(uid),
  });
}

function indexKind(objects: readonly KubernetesObject[]): KindIndex {
  const all = Object.freeze(objects.toSorted(byNamespaceAndName));
  const groups = new Map<string, KubernetesObject[]>();
  for (const object of all) {
    const namespace = object.metadata.namespace ?? '';
    const group = groups.get(namespace);
    if (group === undefined) groups.set(namespace, [object]);
    else group.push(object);
  }
  const byNamespace = new Map(
    [...groups].map(([namespace, list]) => [
      namespace,
      { list: Object.freeze(list), byName: new Map(list.map((object) => [object.metadata.name, object])) },
    ]),
  );
  return { all, byNamespace };
}

function byNamespaceAndName(a: KubernetesObject, b: KubernetesObject): number {
  return (
    compareStrings(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
    compareStrings(a.metadata.name, b.metadata.name)
  );
}
