import { builtinKind, kindKey } from '@kroot/types';
import { isObject, member, text, type JsonObject } from '../guards.ts';

/** Custom kinds, and those that are no more, that are in no namespace go by such names, as far as no definition says so. */
const CLUSTER_WIDE =
  /^Cluster[A-Z](?!.*Resource$)|Class$|^(?:NodePool|NodeClaim|Provider|CSIDriver|PodSecurityPolicy)$/;

/** Which custom kinds are namespaced, as the definitions among the manifests say. */
export type Scopes = ReadonlyMap<string, boolean>;

/** Reads the scopes of custom kinds out of their definitions. */
export function scopesOf(values: readonly JsonObject[]): Scopes {
  const scopes = new Map<string, boolean>();
  for (const value of values) {
    if (value['kind'] !== 'CustomResourceDefinition') continue;
    const spec = value['spec'];
    const kind = text(member(member(spec, 'names'), 'kind'));
    const group = text(member(spec, 'group'));
    if (kind !== undefined && group !== undefined)
      scopes.set(kindKey(group, kind), member(spec, 'scope') !== 'Cluster');
  }
  return scopes;
}

/** The object with the namespace that `kubectl apply -n` would give it, where it states none and its kind has one. */
export function inNamespace(value: JsonObject, namespace: string, scopes: Scopes): JsonObject {
  const metadata = value['metadata'];
  if (!isObject(metadata) || text(metadata['namespace']) !== undefined || !isNamespaced(value, scopes)) return value;
  return { ...value, metadata: { ...metadata, namespace } };
}

function isNamespaced(value: JsonObject, scopes: Scopes): boolean {
  const kind = text(value['kind']) ?? '';
  const [group = ''] = (text(value['apiVersion']) ?? '').split('/').toReversed().slice(1);
  const key = kindKey(group, kind);
  return builtinKind(key)?.namespaced ?? scopes.get(key) ?? !CLUSTER_WIDE.test(kind);
}
