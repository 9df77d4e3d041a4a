import { type Json } from './plan.ts';
import { type Resource } from './resources.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** `/api` or `/apis` in one document. https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
export function aggregated(resources: readonly Resource[], core: boolean, stale: ReadonlySet<string>): Json {
  const groups = groupsOf(resources, core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(([group, versions]) => ({
      metadata: { ...(group !== '' && { name: group }), creationTimestamp: null },
      versions: [...versions].map(([version, inVersion]) =>
        stale.has(group)
          ? { version, freshness: 'Stale' }
          : { version, resources: inVersion.map(discovered), freshness: 'Current' },
      ),
    })),
  };
}

function discovered({ group, version, kind, resource, namespaced }: Resource): Json {
  return {
    resource,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.toLowerCase(),
    verbs: VERBS,
    subresources: [
      { subresource: 'status', responseKind: { group, version, kind }, verbs: ['get', 'patch', 'update'] },
    ],
  };
}

/** `/api` of a server that knows no aggregated discovery. */
export function apiVersions(): Json {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
}

/** `/apis` of such a server. */
export function apiGroups(resources: readonly Resource[]): Json {
  const groups = groupsOf(resources, false).map(([name, versions]) => {
    const all = [...versions.keys()].map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: all, preferredVersion: all[0] };
  });
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** `/api/v1` or `/apis/GROUP/VERSION`; undefined if nothing is served there. */
export function resourceList(resources: readonly Resource[], group: string, version: string): Json | undefined {
  const found = resources.filter((resource) => resource.group === group && resource.version === version);
  if (found.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: found.flatMap(({ resource, kind, namespaced }) => [
      { name: resource, singularName: kind.toLowerCase(), namespaced, kind, verbs: VERBS },
      { name: `${resource}/status`, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'] },
    ]),
  };
}

function groupsOf(
  resources: readonly Resource[],
  core: boolean,
): readonly (readonly [string, ReadonlyMap<string, readonly Resource[]>])[] {
  const groups = new Map<string, Map<string, Resource[]>>();
  for (const resource of resources) {
    if ((resource.group === '') !== core) continue;
    const versions = groups.get(resource.group) ?? new Map<string, Resource[]>();
    groups.set(resource.group, versions);
    versions.set(resource.version, [...(versions.get(resource.version) ?? []), resource]);
  }
  return [...groups];
}
