import { compareStrings, type KubernetesObject, type ObjectOf } from '@kroot/types';
import { type Projected } from '../projection/project.ts';

/** The objects of a run, each once; what comes later is newer. */
export interface ObjectStore {
  add(item: Projected): void;
  has(kind: string, namespace: string | undefined, name: string): boolean;
  list<K extends string>(kind: K): readonly ObjectOf<K>[];
  readonly size: number;
  /** In order of kind, namespace and name, whatever the order of arrival. */
  sorted(): readonly Projected[];
}

/** Starts empty. */
export function objectStore(): ObjectStore {
  const kinds = new Map<string, Map<string, Projected>>();
  let size = 0;
  return {
    add(item) {
      const objects = kinds.get(item.kind) ?? new Map<string, Projected>();
      kinds.set(item.kind, objects);
      const { namespace, name } = item.object.metadata;
      const key = keyOf(namespace, name);
      if (!objects.has(key)) size += 1;
      objects.set(key, item);
    },
    has: (kind, namespace, name) => kinds.get(kind)?.has(keyOf(namespace, name)) === true,
    list: <K extends string>(kind: K) => {
      const objects: readonly KubernetesObject[] = [...(kinds.get(kind)?.values() ?? [])].map(({ object }) => object);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `project` files an object under the kind it shaped it for
      return objects as readonly ObjectOf<K>[];
    },
    get size() {
      return size;
    },
    sorted: () =>
      [...kinds]
        .toSorted(([a], [b]) => compareStrings(a, b))
        .flatMap(([, objects]) => [...objects.values()].toSorted(byNamespaceAndName)),
  };
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function byNamespaceAndName({ object: a }: Projected, { object: b }: Projected): number {
  return (
    compareStrings(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
    compareStrings(a.metadata.name, b.metadata.name)
  );
}
