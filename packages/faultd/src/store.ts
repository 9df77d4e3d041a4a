import { type Json } from './plan.ts';
import { apiVersionOf, resourceName, type Resource } from './resources.ts';

/** A page of a list. */
interface Page {
  readonly objects: readonly Json[];
  readonly next: string | undefined;
  readonly remaining: number;
}

/** Where a list goes on. */
export interface Token {
  /** Number of the page that it asks for, from 2. */
  readonly page: number;
  /** Index of the first object. */
  readonly start: number;
}

/** The cluster's objects, in the order in which etcd has them. */
export interface Store {
  list(resource: Resource, namespace: string | undefined, token: Token | undefined, limit: number): Page;
  get(resource: Resource, namespace: string | undefined, name: string): Json | undefined;
}

/** Files objects under the resources that serve them. */
export function storeOf(objects: readonly Json[], resources: readonly Resource[]): Store {
  const byType = new Map(resources.map((resource) => [`${apiVersionOf(resource)} ${resource.kind}`, resource]));
  const lists = new Map<string, Json[]>();
  for (const object of objects) {
    const resource = byType.get(`${String(object['apiVersion'])} ${String(object['kind'])}`);
    if (resource === undefined) continue;
    const list = lists.get(resourceName(resource)) ?? [];
    lists.set(resourceName(resource), list);
    list.push(object);
  }
  for (const list of lists.values()) list.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    list(resource, namespace, token, limit) {
      const all = lists.get(resourceName(resource)) ?? [];
      const found = namespace === undefined ? all : all.filter((object) => namespaceOf(object) === namespace);
      const start = token?.start ?? 0;
      const end = limit > 0 ? Math.min(found.length, start + limit) : found.length;
      const remaining = found.length - end;
      const next = remaining === 0 ? undefined : encode({ page: (token?.page ?? 1) + 1, start: end });
      return { objects: found.slice(start, end), next, remaining };
    },
    get(resource, namespace, name) {
      return lists
        .get(resourceName(resource))
        ?.find((object) => nameOf(object) === name && namespaceOf(object) === (namespace ?? ''));
    },
  };
}

/** Opaque to clients. */
export function encode(token: Token): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 4711, ...token })).toString('base64url');
}

/** Undefined for what this server never gave. */
export function decode(text: string): Token | undefined {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token;
    return typeof value.page === 'number' && typeof value.start === 'number' ? value : undefined;
  } catch {
    return undefined;
  }
}

function metaOf(object: Json): { readonly name?: string; readonly namespace?: string } {
  return object['metadata'] as { readonly name?: string; readonly namespace?: string };
}

function nameOf(object: Json): string {
  return metaOf(object).name ?? '';
}

function namespaceOf(object: Json): string {
  return metaOf(object).namespace ?? '';
}

function keyOf(object: Json): string {
  return `${namespaceOf(object)}/${nameOf(object)}`;
}
