import { BUILTIN_KINDS, builtinKind } from '@kroot/types';
import { type Scope } from '../assemble.ts';
import { type Parcel } from '../parcel.ts';
import { baseName, listKind, rootOf, singleNames, type DumpFile, type DumpReading, type Layout } from './layout.ts';

const LIST = /(?:^|\/)namespaces\/(?<ns>[^/]+)\/(?<group>[^/]+)\/(?<resource>[^/]+)\.yaml$/;
const CLUSTER_LIST = /(?:^|\/)cluster-scoped-resources\/(?<group>[^/]+)\/(?<resource>[^/]+)\.yaml$/;
const CLUSTER_SINGLE = /(?:^|\/)cluster-scoped-resources\/(?<group>[^/]+)\/(?<resource>[^/]+)\/[^/]+\.yaml$/;
const WEBHOOKS = /(?:^|\/)web_?hooks\/(?<resource>[a-z]+)\.yaml$/;

/**
 * What the gather script of openshift/must-gather lists in one go since it began: where there is an object of one of these
 * kinds, all are there. `oc adm inspect` by itself writes the same files for what it was asked for.
 */
const GATHERED: ReadonlySet<string> = new Set(['CertificateSigningRequest', 'Node', 'StorageClass']);

/** OpenShift must-gather and `oc adm inspect`: one root for each image that gathered. */
export const mustGather: Layout = {
  name: 'OpenShift must-gather',
  reasons: {
    kind: 'the must-gather holds no object of this kind',
    namespace:
      'the must-gather does not hold this kind of this namespace: it covers the platform and what it was asked for',
  },
  roots: (parcels) => {
    const roots = new Set<string>();
    for (const parcel of parcels) {
      const root = rootOfFile(parcel);
      if (root !== undefined) roots.add(root);
    }
    return roots;
  },
  read,
};

/** Only files whose content is what their path says prove that a folder is laid out like this. */
function rootOfFile(parcel: Parcel): string | undefined {
  const { path } = parcel;
  const list = LIST.exec(path)?.groups;
  if (list !== undefined) return fits(parcel, list['resource'] ?? '') ? rootOf(path, LIST) : undefined;
  if (CLUSTER_SINGLE.test(path)) {
    return singleNames(parcel).includes(baseName(path)) ? rootOf(path, CLUSTER_SINGLE) : undefined;
  }
  return CLUSTER_LIST.test(path) && listKind(parcel) !== undefined ? rootOf(path, CLUSTER_LIST) : undefined;
}

/** `pods` holds Pods, `endpoints` Endpoints, `networkpolicies` NetworkPolicies. */
function fits(parcel: Parcel, resource: string): boolean {
  const kind = listKind(parcel)?.split('.')[0]?.toLowerCase();
  return kind !== undefined && [kind, `${kind}s`, `${kind}es`, `${kind.replace(/y$/, '')}ies`].includes(resource);
}

function read(files: readonly DumpFile[]): DumpReading {
  const scopes = new Map<Parcel, Scope>();
  for (const { path, parcel } of files) {
    const scope = scopeOf(path, parcel);
    if (scope !== undefined) scopes.set(parcel, scope);
  }
  return {
    scopes,
    ignored: new Set(),
    whole: isOfficial(files) ? gatheredKinds(files) : [],
    statements: [],
    objects: [],
  };
}

function scopeOf(path: string, parcel: Parcel): Scope | undefined {
  const kind = listKind(parcel);
  if (kind === undefined) return undefined;
  const { ns, resource = '' } = LIST.exec(path)?.groups ?? {};
  // `oc adm inspect --all-namespaces` writes to a folder `all`; an empty list of it would look like one of a namespace.
  if (ns !== undefined) return fits(parcel, resource) && ns !== 'all' ? { kind, namespace: ns } : undefined;
  if (builtinKind(kind)?.namespaced === true) return undefined;
  const listed = (CLUSTER_LIST.exec(path) ?? WEBHOOKS.exec(path))?.groups?.['resource'] ?? '';
  return fits(parcel, listed) ? { kind, namespace: '*' } : undefined;
}

function isOfficial(files: readonly DumpFile[]): boolean {
  return files.some(
    ({ path, parcel: { content } }) =>
      path === 'version' && content.type === 'bad' && /^openshift\/must-gather\b/.test(String(content.fact)),
  );
}

function gatheredKinds(files: readonly DumpFile[]): readonly Scope[] {
  const resources = new Set(files.map(({ path }) => CLUSTER_SINGLE.exec(path)?.groups?.['resource']));
  return BUILTIN_KINDS.filter(({ kind, resource }) => GATHERED.has(kind) && resources.has(resource)).map(
    ({ kind }) => ({
      kind,
      namespace: '*',
    }),
  );
}
