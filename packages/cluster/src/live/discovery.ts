import { builtinKind } from '@kroot/types';
import { readGroups, readResources, type Groups, type GroupVersion } from './discovery-documents.ts';
import { kindsOfGroups, type ResourcesOf } from './extra-kinds.ts';
import { jsonObject } from './json-answer.ts';
import { get, transportError, type Run } from './run.ts';
import { type ServedApi } from './served-api.ts';

/** How a kind is served. */
export type Served =
  | {
      readonly state: 'served';
      /** The version to ask for; further ones for the case that it is not there after all. */
      readonly apis: readonly [ServedApi, ...ServedApi[]];
      /** Whether the server itself named the resource. */
      readonly sure: boolean;
      /** Whether a 404 for all of them means that the kind does not exist: the server named every version it has. */
      readonly exhaustive: boolean;
    }
  /** Discovery is complete for the group and does not have the kind. */
  | { readonly state: 'absent'; readonly reason: string }
  | { readonly state: 'unknown'; readonly reason: string };

/** What the server serves. */
export interface Discovery {
  find(kind: string): Promise<Served>;
  /** What can be listed in these groups, as far as is known, in order of group and kind; see `CollectOptions.groups`. */
  kindsOf(groups: readonly string[]): Promise<readonly string[]>;
  /** What discovery could not find out, one line each. */
  readonly notices: readonly string[];
}

/**
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery: all of it in two requests since 1.26;
 * older servers answer with the names of groups and versions only.
 */
const ACCEPT = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

/** Asks what is served. Only what keeps every other request from succeeding is fatal. */
export async function discover(run: Run): Promise<Discovery> {
  const [core, others] = await Promise.all([readRoot(run, '/api'), readRoot(run, '/apis')]);
  const resources = new Map<string, Promise<GroupVersion['resources']>>();
  const resourcesOf: ResourcesOf = async (group, { version, resources: known }) => {
    const path = `/apis/${group}/${version}`;
    const found = resources.get(path) ?? (known === undefined ? readVersion(run, path) : Promise.resolve(known));
    resources.set(path, found);
    return found;
  };
  return {
    notices: [core, others].filter((root) => typeof root === 'string'),
    kindsOf: async (groups) => (typeof others === 'string' ? [] : kindsOfGroups(others, groups, resourcesOf)),
    async find(key) {
      const known = builtinKind(key);
      const root = known?.group === '' ? core : others;
      if (typeof root === 'string') return guess(key);
      return known === undefined ? findCustom(key, root, resourcesOf) : findBuiltin(key, root.get(known.group));
    },
  };
}

/** A string says why it could not be read. */
async function readRoot(run: Run, path: string): Promise<Groups | string> {
  try {
    const groups = readGroups(jsonObject(await get(run, path, ACCEPT, 'discovery'), path));
    return groups ?? `${path} is no discovery document, so that API versions were guessed`;
  } catch (error) {
    const { message, problem } = transportError(error);
    if (run.stopped !== undefined || problem === 'unreachable') throw error;
    return `${path} could not be read, so that API versions were guessed: ${message}`;
  }
}

/** What a version of a group has, on servers that name versions only; undefined if that cannot be found out. */
async function readVersion(run: Run, path: string): Promise<GroupVersion['resources']> {
  try {
    return readResources(jsonObject(await get(run, path, 'application/json', 'discovery'), path));
  } catch (error) {
    transportError(error);
    return undefined;
  }
}

async function findCustom(key: string, groups: Groups, resourcesOf: ResourcesOf): Promise<Served> {
  const dot = key.indexOf('.');
  const [kind, group] = [key.slice(0, dot), key.slice(dot + 1)];
  const versions = groups.get(group);
  if (versions === undefined) return absent(group);
  let isKnown = true;
  for (const version of versions) {
    // oxlint-disable-next-line no-await-in-loop -- the first version that has it is enough
    const found = await resourcesOf(group, version);
    isKnown &&= found !== undefined && !version.stale;
    const named = found?.get(kind);
    if (named === undefined) continue;
    const api = { key, group, kind, version: version.version, ...named };
    return { state: 'served', apis: [api], sure: true, exhaustive: false };
  }
  return isKnown ? absent(group) : silentGroup(group);
}

/** Without discovery: the version that all servers of today have. */
function guess(key: string): Served {
  const known = builtinKind(key);
  if (known === undefined) return { state: 'unknown', reason: 'discovery failed, so that its API is not known' };
  return { state: 'served', apis: [{ key, ...known }], sure: false, exhaustive: false };
}

function findBuiltin(key: string, versions: readonly GroupVersion[] | undefined): Served {
  const known = builtinKind(key);
  if (known === undefined || versions === undefined) return absent(known?.group ?? '');
  // The version that snapshots keep needs no conversion.
  const ordered = versions.toSorted(
    (a, b) => Number(b.version === known.version) - Number(a.version === known.version),
  );
  const apis: ServedApi[] = ordered.flatMap(({ version, resources, stale }) => {
    if (resources === undefined) return [{ key, ...known, version }];
    const named = resources.get(key) ?? (stale && version === known.version ? known : undefined);
    return named === undefined
      ? []
      : [{ key, group: known.group, kind: key, version, resource: named.resource, namespaced: named.namespaced }];
  });
  const [first, ...rest] = apis;
  if (first === undefined) return versions.some(({ stale }) => stale) ? silentGroup(known.group) : absent(known.group);
  const sure = versions.every(({ resources, stale }) => resources !== undefined && !stale);
  return {
    state: 'served',
    apis: [first, ...rest],
    sure,
    exhaustive: versions.every(({ resources }) => resources === undefined),
  };
}

function absent(group: string): Served {
  const where = group === '' ? 'the core API' : `API group ${group}`;
  return { state: 'absent', reason: `the server does not serve it (${where})` };
}

function silentGroup(group: string): Served {
  return { state: 'unknown', reason: `the server behind API group ${group} does not answer` };
}
