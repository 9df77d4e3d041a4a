import { groupBy, refOf } from '@kroot/graph';
import {
  builtinKind,
  compareStrings,
  kindKey,
  refKey,
  type KubernetesObject,
  type Lookup,
  type ObjectOf,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';

interface Change {
  readonly ref: ResourceRef;
  /** Undefined: deleted. */
  readonly object: KubernetesObject | undefined;
}

/** A snapshot with changes on top: what a repair makes of a cluster. The snapshot below stays as it is. */
export class Draft {
  /** What it began with. */
  readonly base: Snapshot;
  private readonly changes = new Map<string, Change>();
  private readonly anew = new Map<string, ResourceRef>();

  constructor(base: Snapshot) {
    this.base = base;
  }

  /** Where there is one, the object as it is now. */
  get(target: ResourceRef): KubernetesObject | undefined {
    const change = this.changes.get(refKey(target));
    if (change !== undefined) return change.object;
    const found = this.base.lookup(target);
    return found.state === 'present' ? found.object : undefined;
  }

  put(target: ResourceRef, object: KubernetesObject): void {
    this.changes.set(refKey(target), { ref: target, object });
  }

  remove(target: ResourceRef): void {
    this.changes.set(refKey(target), { ref: target, object: undefined });
  }

  /** Notes that a pod is made anew: its node and what was said of it no longer count. */
  restart(pod: ResourceRef): void {
    this.anew.set(refKey(pod), pod);
  }

  /** The pods that are made anew. */
  restarted(): readonly ResourceRef[] {
    return [...this.anew.values()];
  }

  /** The references of what was changed, in the order of the changes. */
  changed(): readonly ResourceRef[] {
    return [...this.changes.values()].map(({ ref }) => ref);
  }

  /** All that was changed as a snapshot. Coverage is that of the snapshot below: a repair teaches nothing about the rest. */
  build(): Snapshot {
    return overlay(this.base, new Map(this.changes));
  }
}

const NONE: readonly KubernetesObject[] = Object.freeze([]);

interface KindList {
  readonly all: readonly KubernetesObject[];
  readonly byNamespace: ReadonlyMap<string, readonly KubernetesObject[]>;
}

function overlay(base: Snapshot, changes: ReadonlyMap<string, Change>): Snapshot {
  const lists = changedKinds(base, changes);
  const changedUids = new Map([...changes.values()].map(({ object }) => [object?.metadata.uid, object]));
  const kinds = [...new Set([...base.kinds(), ...lists.keys()])]
    .filter((kind) => (lists.get(kind)?.all ?? base.list(kind)).length > 0)
    .toSorted(compareStrings);
  const size = kinds.reduce((sum, kind) => sum + (lists.get(kind)?.all ?? base.list(kind)).length, 0);

  function list<K extends string>(kind: K, namespace?: string): readonly ObjectOf<K>[] {
    const changed = lists.get(kind);
    if (changed === undefined) return base.list(kind, namespace);
    const found = namespace === undefined ? changed.all : (changed.byNamespace.get(namespace) ?? NONE);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a change keeps the kind of what it changes
    return found as readonly ObjectOf<K>[];
  }

  function lookup<K extends string>(target: ResourceRef & { readonly kind: K }): Lookup<ObjectOf<K>> {
    const change = changes.get(keyOf(target));
    if (change === undefined) return base.lookup(target);
    if (change.object === undefined) return { state: 'absent' };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as in `list`
    return { state: 'present', object: change.object as ObjectOf<K> };
  }

  function byUid(uid: string): KubernetesObject | undefined {
    const found = changedUids.get(uid) ?? base.byUid(uid);
    const change = found === undefined ? undefined : changes.get(keyOf(refOf(found)));
    return change === undefined ? found : change.object;
  }

  const { source, coverage, notices } = base;
  return Object.freeze({
    get now() {
      return base.now;
    },
    source,
    coverage,
    notices,
    size,
    kinds: () => kinds,
    list,
    lookup,
    byUid,
  });
}

/** The objects of every kind that has a change, in the order of a snapshot. */
function changedKinds(base: Snapshot, changes: ReadonlyMap<string, Change>): ReadonlyMap<string, KindList> {
  const byKind = groupBy([...changes.values()], ({ ref }) => kindKey(ref.group, ref.kind));
  return new Map(
    [...byKind].map(([kind, own]) => {
      const old: readonly KubernetesObject[] = base.list(kind);
      const rest = old.filter((object) => !changes.has(keyOf(refOf(object))));
      const fresh = own.flatMap(({ object }) => object ?? NONE);
      const all = [...rest, ...fresh].toSorted(byNamespaceAndName);
      return [kind, { all, byNamespace: groupBy(all, ({ metadata }) => metadata.namespace ?? '') }];
    }),
  );
}

/** As `refKey`, but the namespace of a kind that has none does not count. */
function keyOf({ group, kind, namespace, name }: ResourceRef): string {
  const isScoped = namespace !== undefined && builtinKind(kindKey(group, kind))?.namespaced !== false;
  return refKey(isScoped ? { group, kind, namespace, name } : { group, kind, name });
}

function byNamespaceAndName(a: KubernetesObject, b: KubernetesObject): number {
  return (
    compareStrings(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
    compareStrings(a.metadata.name, b.metadata.name)
  );
}
