import { memoize, type ServiceReference } from '@kroot/graph';
import { type Snapshot } from '@kroot/types';

const namespacesByName = memoize((snapshot: Snapshot) => {
  const found = new Map<string, string[]>();
  for (const { metadata } of snapshot.list('Service')) {
    const known = found.get(metadata.name);
    if (known === undefined) found.set(metadata.name, [metadata.namespace ?? '']);
    else known.push(metadata.namespace ?? '');
  }
  return found;
});

/** The one namespace that has a Service of the name, when the one that is asked for has none. */
export function onlyNamespaceWith(snapshot: Snapshot, { service, exists }: ServiceReference): string | undefined {
  if (exists !== 'absent') return undefined;
  const [only, ...more] = namespacesByName(snapshot).get(service.name) ?? [];
  return more.length === 0 ? only : undefined;
}
