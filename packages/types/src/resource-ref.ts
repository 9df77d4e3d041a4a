import { compareStrings } from './compare.ts';
import { builtinKind } from './kinds.ts';

/** Names one Kubernetes object, also one that does not exist. `group` is '' for the core group. */
export interface ResourceRef {
  readonly group: string;
  readonly kind: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly name: string;
}

/** Makes a reference to an object of a built-in kind, whose group and scope kroot knows. */
export function ref<K extends string>(
  kind: K,
  namespace: string | undefined,
  name: string,
): ResourceRef & { readonly kind: K } {
  const known = builtinKind(kind);
  const group = known?.group ?? '';
  return namespace === undefined || namespace === '' || known?.namespaced === false
    ? { group, kind, name }
    : { group, kind, namespace, name };
}

/** A key that is equal for equal references and safe in a Map: group, kind, namespace and name, separated by '/'. */
export function refKey(target: ResourceRef): string {
  return `${target.group}/${target.kind}/${target.namespace ?? ''}/${target.name}`;
}

/**
 * Prints a reference as `Pod/prod/api`, `Node/w1` or, for kinds outside Kubernetes itself, `Certificate.cert-manager.io/prod/web`.
 */
export function formatRef(target: ResourceRef): string {
  const kind = kindKey(target.group, target.kind);
  return target.namespace === undefined ? `${kind}/${target.name}` : `${kind}/${target.namespace}/${target.name}`;
}

/** Reads what `formatRef` prints; undefined if the text is no reference. */
export function parseRef(text: string): ResourceRef | undefined {
  const parts = text.split('/');
  const [first = '', second, third] = parts;
  if (parts.length < 2 || parts.length > 3 || second === undefined || parts.includes('')) return undefined;
  const dot = first.indexOf('.');
  const kind = dot === -1 ? first : first.slice(0, dot);
  const group = dot === -1 ? (builtinKind(first)?.group ?? '') : first.slice(dot + 1);
  return third === undefined ? { group, kind, name: second } : { group, kind, namespace: second, name: third };
}

/** Total order of references: kind, namespace, name, group. */
export function compareRefs(a: ResourceRef, b: ResourceRef): number {
  return (
    compareStrings(a.kind, b.kind) ||
    compareStrings(a.namespace ?? '', b.namespace ?? '') ||
    compareStrings(a.name, b.name) ||
    compareStrings(a.group, b.group)
  );
}

/** Whether two references name the same object. */
export function sameRef(a: ResourceRef, b: ResourceRef): boolean {
  return a.kind === b.kind && a.name === b.name && (a.namespace ?? '') === (b.namespace ?? '') && a.group === b.group;
}

/** The name under which a kind is listed: its own for built-in kinds, `Kind.group` for all others. */
export function kindKey(group: string, kind: string): string {
  const known = builtinKind(kind);
  return group === '' || known?.group === group ? kind : `${kind}.${group}`;
}
