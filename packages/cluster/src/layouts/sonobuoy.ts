import { BUILTIN_KINDS, builtinKind } from '@kroot/types';
import { type Scope } from '../assemble.ts';
import { elements, member, text } from '../guards.ts';
import { type Parcel } from '../parcel.ts';
import { type CoverageStatement } from '../snapshot/statement.ts';
import { listKind, rootOf, type DumpFile, type DumpReading, type Layout } from './layout.ts';
import { allNamespaces, wholeKinds } from './namespaces-of.ts';

const FILE = /(?:^|\/)resources\/(?:ns\/(?<ns>[^/]+)|cluster)\/[^/]+\.json$/;
const NAMESPACES = /^resources\/cluster\/(?:core_v1_namespaces|Namespaces)\.json$/;

/** Sonobuoy: bare lists, a file for each kind of which there are objects, and a record of what was asked for. */
export const sonobuoy: Layout = {
  name: 'Sonobuoy results',
  reasons: {
    kind: 'Sonobuoy was not asked for this kind, or could not list it',
    namespace: 'Sonobuoy did not list this kind in this namespace',
  },
  roots: (parcels) => {
    const roots = new Set<string>();
    for (const parcel of parcels) {
      const root = listKind(parcel) === undefined ? undefined : rootOf(parcel.path, FILE);
      if (root !== undefined) roots.add(root);
    }
    return roots;
  },
  read,
};

function read(files: readonly DumpFile[]): DumpReading {
  const facts = new Map(
    files.flatMap(({ path, parcel: { content } }) => (content.type === 'bad' ? [[path, content.fact] as const] : [])),
  );
  const scopes = new Map<Parcel, Scope>();
  const ignored = new Set<Parcel>();
  // With a selector the lists are not of all there is.
  const isFiltered = text(member(member(facts.get('meta/config.json'), 'Filters'), 'LabelSelector')) !== undefined;
  for (const { path, parcel } of files) {
    const groups = FILE.exec(path)?.groups;
    const kind = listKind(parcel);
    if (groups === undefined) ignored.add(parcel);
    else if (kind !== undefined && !isFiltered) scopes.set(parcel, { kind, namespace: groups['ns'] ?? '*' });
  }
  const queries = elements(facts.get('meta/query-time.json'));
  const listed = isFiltered ? [] : queries.flatMap((query) => queried(query, false));
  const namespaces = allNamespaces(files.find(({ path }) => NAMESPACES.test(path))?.parcel);
  return {
    scopes,
    ignored,
    whole: [...listed, ...wholeKinds([...scopes.values(), ...listed], isFiltered ? undefined : namespaces)],
    statements: queries.flatMap((query) => queried(query, true)).map((scope) => failed(scope)),
    objects: [],
    serverVersion: text(member(facts.get('serverversion.json'), 'gitVersion')),
  };
}

/** The kind and namespace of a query that succeeded, or that failed. */
function queried(query: unknown, isFailed: boolean): readonly Scope[] {
  if ((text(member(query, 'error')) !== undefined) !== isFailed) return [];
  const resource = text(member(query, 'queryobj'));
  const namespace = text(member(query, 'namespace')) ?? '*';
  const found = BUILTIN_KINDS.find((kind) => kind.resource === resource);
  // Old versions record `Nodes` for what they ask the nodes themselves.
  if (found === undefined || found.namespaced !== (namespace !== '*')) return [];
  return [{ kind: found.kind, namespace }];
}

function failed({ kind, namespace }: Scope): CoverageStatement {
  return {
    kind,
    ...(builtinKind(kind)?.namespaced === true && { namespace }),
    state: 'not-collected',
    reason: 'Sonobuoy could not list it',
  };
}
