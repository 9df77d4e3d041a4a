import { nearNames } from '@kroot/graph';
import { ref, type ResourceRef, type Snapshot } from '@kroot/types';
import { inWords } from './kubectl.ts';
import { listed } from './words.ts';

/** A note on names that the reader may have meant. */
export function similarNames(wanted: ResourceRef, candidates: Iterable<string>): readonly string[] {
  const near = nearNames(wanted.name, candidates);
  if (near.length === 0) return [];
  return [`Namespace ${wanted.namespace ?? ''} has a ${wanted.kind} of a similar name: ${listed(near)}.`];
}

/** A note on objects of the same kind and name in other namespaces: pods can only use those of their own. */
export function elsewhere(snapshot: Snapshot, wanted: ResourceRef): readonly string[] {
  const others = snapshot
    .list(wanted.kind)
    .filter(({ metadata }) => metadata.name === wanted.name && metadata.namespace !== wanted.namespace)
    .map(({ metadata }) => metadata.namespace ?? '');
  if (others.length === 0) return [];
  return [
    `A ${wanted.kind} ${wanted.name} exists in ${others.length === 1 ? 'namespace' : 'namespaces'} ${listed(others)}, but pods can only use those of their own namespace.`,
  ];
}

/** A note on the other kind when a Secret is wanted and a ConfigMap of the name exists, or the other way round. */
export function otherKind(snapshot: Snapshot, wanted: ResourceRef): readonly string[] {
  const kind = wanted.kind === 'Secret' ? 'ConfigMap' : 'Secret';
  const other = ref(kind, wanted.namespace, wanted.name);
  return snapshot.lookup(other).state === 'present'
    ? [`${inWords(other)} exists, but the reference asks for a ${wanted.kind}.`]
    : [];
}

/** A note on objects of the same kind in the namespace whose names are near. */
export function similarObjects(snapshot: Snapshot, wanted: ResourceRef): readonly string[] {
  return similarNames(
    wanted,
    snapshot.list(wanted.kind, wanted.namespace).map(({ metadata }) => metadata.name),
  );
}
