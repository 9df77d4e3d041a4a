import { type Scope } from '../assemble.ts';
import { type Parcel } from '../parcel.ts';

/** Namespaces that every cluster has; a list with all of them was not made for a choice of namespaces. */
const ALWAYS_THERE: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Names of the namespaces in a file, if it holds a list of all there are. */
export function allNamespaces(parcel: Parcel | undefined): readonly string[] | undefined {
  if (parcel?.content.type !== 'objects') return undefined;
  const names = parcel.content.batches.flatMap(({ batch, items }) =>
    batch.complete
      ? items.flatMap(({ result }) =>
          result.state === 'kept' && result.kind === 'Namespace' ? [result.object.metadata.name] : [],
        )
      : [],
  );
  return ALWAYS_THERE.every((name) => names.includes(name)) ? names : undefined;
}

/** Kinds that were listed in every namespace there is. */
export function wholeKinds(scopes: Iterable<Scope>, namespaces: readonly string[] | undefined): readonly Scope[] {
  if (namespaces === undefined) return [];
  const places = new Map<string, Set<string>>();
  for (const { kind, namespace } of scopes) {
    places.set(kind, (places.get(kind) ?? new Set()).add(namespace));
  }
  return [...places]
    .filter(([, known]) => namespaces.every((namespace) => known.has(namespace)))
    .map(([kind]) => ({ kind, namespace: '*' }));
}
