import { builtinKind } from '@kroot/types';
import { type Scope } from '../assemble.ts';
import { elements, member, text } from '../guards.ts';
import { type Parcel } from '../parcel.ts';
import { type CoverageStatement } from '../snapshot/statement.ts';
import { listKind, rootOf, type DumpFile, type DumpReading, type Layout } from './layout.ts';
import { allNamespaces, wholeKinds } from './namespaces-of.ts';
import { deniedKinds } from './bundle-permissions.ts';
import { probedObjects } from './bundle-probes.ts';
import { bundleErrors, bundleList } from './support-bundle-files.ts';

const RESOURCES = /(?:^|\/)cluster-resources\//;

/** Replicated support bundles, old and new. */
export const supportBundle: Layout = {
  name: 'Replicated support bundle',
  reasons: {
    kind: 'support bundles of this kind do not collect it, or not in this version',
    namespace: 'the bundle holds no list of this kind for this namespace',
  },
  roots: (parcels) => {
    const roots = new Set<string>();
    for (const parcel of parcels) {
      const list = bundleList(parcel.path);
      const root = list !== undefined && listKind(parcel) === list.kind ? rootOf(parcel.path, RESOURCES) : undefined;
      if (root !== undefined) roots.add(root);
    }
    return roots;
  },
  read,
};

function read(files: readonly DumpFile[]): DumpReading {
  const scopes = new Map<Parcel, Scope>();
  const ignored = new Set<Parcel>();
  const facts = new Map<string, unknown>();
  for (const { path, parcel } of files) {
    if (parcel.content.type === 'bad') facts.set(path, parcel.content.fact);
    const list = bundleList(path);
    if (list !== undefined && listKind(parcel) === list.kind) scopes.set(parcel, list);
    // Collectors run pods of their own and save them: they were gone when the bundle was made.
    else if (!path.startsWith('cluster-resources/')) ignored.add(parcel);
  }
  const namespaceFile = files.find(({ path }) => path === 'cluster-resources/namespaces.json')?.parcel;
  const namespaces = allNamespaces(namespaceFile);
  // A bundle of chosen namespaces lists only these.
  if (namespaces === undefined && namespaceFile !== undefined) scopes.delete(namespaceFile);
  const listed = [...scopes.values()];
  const probes = probedObjects(facts);
  return {
    scopes,
    ignored,
    whole: wholeKinds(listed, namespaces),
    statements: [...probes.absent, ...failures(facts), ...deniedKinds(facts, listed)],
    objects: probes.present,
    serverVersion: text(member(facts.get('cluster-info/cluster_version.json'), 'string')),
  };
}

/** Files of errors: by namespace for namespaced kinds, else a list. */
function failures(facts: ReadonlyMap<string, unknown>): readonly CoverageStatement[] {
  return [...facts].flatMap(([path, fact]) => {
    const kind = bundleErrors(path);
    if (kind === undefined) return [];
    if (builtinKind(kind)?.namespaced !== true) {
      return elements(fact)
        .slice(0, 1)
        .map((error) => failure(kind, undefined, error));
    }
    return Object.entries(fact ?? {}).map(([namespace, error]) => failure(kind, namespace, error));
  });
}

function failure(kind: string, namespace: string | undefined, error: unknown): CoverageStatement {
  const isForbidden = /\bforbidden\b/i.test(text(error) ?? '');
  return {
    kind,
    ...(namespace !== undefined && { namespace }),
    state: isForbidden ? 'forbidden' : 'not-collected',
    reason: isForbidden ? 'whoever made the bundle may not list it' : 'the collector could not list it',
  };
}
