import { builtinKind, type KubernetesObject, type ResourceRef } from '@kroot/types';

/** The group part of an apiVersion: 'apps' of `apps/v1`, '' of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** The reference to an object. */
export function refOf(object: KubernetesObject): ResourceRef {
  const { name, namespace } = object.metadata;
  const group = groupOf(object.apiVersion);
  return namespace === undefined || namespace === ''
    ? { group, kind: object.kind, name }
    : { group, kind: object.kind, namespace, name };
}

/** The reference to the object that an owner, involved or target reference names. */
export function refTo(
  target: { readonly apiVersion?: string; readonly kind?: string; readonly namespace?: string; readonly name?: string },
  namespace?: string,
): ResourceRef | undefined {
  const { kind, name } = target;
  if (kind === undefined || kind === '' || name === undefined || name === '') return undefined;
  const known = builtinKind(kind);
  const group = target.apiVersion === undefined ? (known?.group ?? '') : groupOf(target.apiVersion);
  const inNamespace = target.namespace ?? namespace;
  const namespaced = known !== undefined && known.group === group ? known.namespaced : true;
  return !namespaced || inNamespace === undefined || inNamespace === ''
    ? { group, kind, name }
    : { group, kind, namespace: inNamespace, name };
}
