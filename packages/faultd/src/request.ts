import { resourceName, type Resource } from './resources.ts';
import { type Asked } from './status.ts';

/** A request as far as the server looks at it. */
export interface ApiRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

/** A path taken apart. */
export interface Route {
  readonly query: URLSearchParams;
  /** As `Fault.at` names it. */
  readonly target: string;
  readonly group: string | undefined;
  /** An object or a list of objects; undefined for everything else and for what is not served. */
  readonly asked: Asked | undefined;
  readonly segments: readonly string[];
  /** The pod whose log is asked for. */
  readonly log?: PodName;
}

/** A pod. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** Reads `/api/v1/…` and `/apis/GROUP/VERSION/…`, each with or without `namespaces/NS`. */
export function routeOf(path: string, resources: readonly Resource[]): Route {
  const url = new URL(path, 'https://faultd');
  const segments = url.pathname
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeURIComponent);
  const [root] = segments;
  const base = { query: url.searchParams, segments, group: undefined, asked: undefined };
  if (root === 'version') return { ...base, target: 'version' };
  const isCore = root === 'api';
  const start = isCore ? 2 : 3;
  if (root !== 'api' && root !== 'apis') return { ...base, target: 'other' };
  if (segments.length <= start) return { ...base, target: 'discovery', group: isCore ? '' : segments[1] };
  const log = logOf(segments);
  if (log !== undefined) return { ...base, group: '', target: 'pods/log', log };
  const group = isCore ? '' : (segments[1] ?? '');
  const asked = askedFor(resources, group, segments[start - 1] ?? '', segments.slice(start));
  return { ...base, group, asked, target: asked === undefined ? 'other' : resourceName(asked.resource) };
}

function logOf(segments: readonly string[]): PodName | undefined {
  const [root, version, namespaces, namespace, pods, name, log, ...rest] = segments;
  const isLog = root === 'api' && version === 'v1' && namespaces === 'namespaces' && pods === 'pods' && log === 'log';
  return isLog && namespace !== undefined && name !== undefined && rest.length === 0 ? { namespace, name } : undefined;
}

function askedFor(
  resources: readonly Resource[],
  group: string,
  version: string,
  rest: readonly string[],
): Asked | undefined {
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2;
  const [plural, name, more] = inNamespace ? rest.slice(2) : rest;
  const resource = resources.find(
    (known) => known.group === group && known.version === version && known.resource === plural,
  );
  if (resource === undefined || more !== undefined || (inNamespace && !resource.namespaced)) return undefined;
  if (name !== undefined && resource.namespaced && !inNamespace) return undefined;
  return { verb: name === undefined ? 'list' : 'get', resource, namespace: inNamespace ? rest[1] : undefined, name };
}
