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
  const group = isCore ? '' : (segments[1] ?? '');
  const asked = askedFor(resources, group, segments[start - 1] ?? '', segments.slice(start));
  return { ...base, group, asked, target: asked === undefined ? 'other' : resourceName(asked.resource) };
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
