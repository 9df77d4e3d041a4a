import { elements, member, text, type JsonObject } from '../guards.ts';

/** One version of a group. */
export interface GroupVersion {
  readonly version: string;
  /** By kind; undefined if the document does not tell, or what it tells is out of date. */
  readonly resources: ReadonlyMap<string, NamedResource> | undefined;
  /** The server behind the group does not answer. */
  readonly stale: boolean;
}

/** A resource that can be listed. */
export interface NamedResource {
  readonly resource: string;
  readonly namespaced: boolean;
}

/** Group ('' is the core group) and its versions, the preferred one first. */
export type Groups = ReadonlyMap<string, readonly GroupVersion[]>;

/** Reads what `/api` or `/apis` answered, aggregated or not; undefined if it is neither. No server has no groups. */
export function readGroups(value: JsonObject): Groups | undefined {
  const groups = readKnown(value);
  return groups.length === 0 ? undefined : new Map(groups);
}

function readKnown(value: JsonObject): readonly (readonly [string, readonly GroupVersion[]])[] {
  switch (value['kind']) {
    case 'APIGroupDiscoveryList':
      return elements(value['items']).map((item) => [nameOf(item), versionsOf(item)]);
    case 'APIVersions': {
      const versions = elements(value['versions']).flatMap((version) => bare(version));
      return versions.length === 0 ? [] : [['', versions]];
    }
    case 'APIGroupList':
      return elements(value['groups']).map((group) => [text(member(group, 'name')) ?? '', versionsBefore(group)]);
    default:
      return [];
  }
}

/** Reads an APIResourceList, `/apis/GROUP/VERSION` of servers before 1.26; undefined if it is none. */
export function readResources(value: JsonObject): ReadonlyMap<string, NamedResource> | undefined {
  if (value['kind'] !== 'APIResourceList' || !Array.isArray(value['resources'])) return undefined;
  const found = new Map<string, NamedResource>();
  for (const item of elements(value['resources'])) {
    const kind = text(member(item, 'kind'));
    const resource = text(member(item, 'name'));
    if (kind === undefined || resource?.includes('/') !== false) continue;
    if (!elements(member(item, 'verbs')).includes('list')) continue;
    found.set(kind, { resource, namespaced: member(item, 'namespaced') === true });
  }
  return found;
}

function nameOf(item: unknown): string {
  return text(member(member(item, 'metadata'), 'name')) ?? '';
}

function versionsOf(item: unknown): readonly GroupVersion[] {
  return elements(member(item, 'versions')).flatMap((entry) => {
    const version = text(member(entry, 'version'));
    if (version === undefined) return [];
    const stale = member(entry, 'freshness') === 'Stale';
    const resources = new Map<string, NamedResource>();
    for (const one of elements(member(entry, 'resources'))) {
      const kind = text(member(member(one, 'responseKind'), 'kind'));
      const resource = text(member(one, 'resource'));
      if (kind === undefined || resource === undefined || resources.has(kind)) continue;
      if (!elements(member(one, 'verbs')).includes('list')) continue;
      resources.set(kind, { resource, namespaced: member(one, 'scope') === 'Namespaced' });
    }
    return [{ version, stale, resources }];
  });
}

function versionsBefore(group: unknown): readonly GroupVersion[] {
  const preferred = text(member(member(group, 'preferredVersion'), 'version'));
  const versions = elements(member(group, 'versions')).flatMap((entry) => bare(member(entry, 'version')));
  return versions.toSorted((a, b) => Number(b.version === preferred) - Number(a.version === preferred));
}

function bare(version: unknown): readonly GroupVersion[] {
  const name = text(version);
  return name === undefined ? [] : [{ version: name, resources: undefined, stale: false }];
}
