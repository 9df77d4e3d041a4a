import { nearNames } from '@kroot/graph';
import { type Snapshot } from '@kroot/types';
import { TargetError } from './targets.ts';

/**
 * A namespace of which the input holds nothing cannot be called healthy: most likely its name is wrong.
 * @throws TargetError that names the nearest ones.
 */
export function requireNamespace(snapshot: Snapshot, namespace: string): void {
  const named = snapshot.list('Namespace').some(({ metadata }) => metadata.name === namespace);
  // Who may not list namespaces cannot know; what could be seen of it is the answer then.
  if (snapshot.source.type === 'live' && snapshot.coverage.state('Namespace') !== 'complete') return;
  if (named || snapshot.kinds().some((kind) => snapshot.list(kind, namespace).length > 0)) return;
  const near = nearNames(namespace, namespacesOf(snapshot));
  const hint = near.length === 0 ? 'check the name and the input' : `did you mean ${near.join(' or ')}?`;
  throw new TargetError(`${snapshot.source.name} holds nothing of namespace "${namespace}"; ${hint}`);
}

function namespacesOf(snapshot: Snapshot): ReadonlySet<string> {
  const found = new Set(snapshot.list('Namespace').map(({ metadata }) => metadata.name));
  for (const kind of snapshot.kinds()) {
    for (const { metadata } of snapshot.list(kind)) if (metadata.namespace !== undefined) found.add(metadata.namespace);
  }
  return found;
}
