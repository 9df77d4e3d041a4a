import { builtinKind } from '@kroot/types';
import { type Scope } from '../assemble.ts';
import { elements, member } from '../guards.ts';
import { type CoverageStatement } from '../snapshot/statement.ts';
import { BUNDLE_KINDS } from './support-bundle-files.ts';

const FILE = /^cluster-resources\/auth-cani-list\/(?<ns>[^/]+)\.json$/;

/** Kinds that the bundle does not list in a namespace because its maker may not, as `auth-cani-list` says. */
export function deniedKinds(
  facts: ReadonlyMap<string, unknown>,
  listed: readonly Scope[],
): readonly CoverageStatement[] {
  const known = new Set(listed.map(({ kind, namespace }) => `${namespace}/${kind}`));
  return [...facts].flatMap(([path, rules]) => {
    const namespace = FILE.exec(path)?.groups?.['ns'];
    // An empty answer is none: some authorizers cannot tell.
    if (namespace === undefined || elements(rules).length === 0) return [];
    return BUNDLE_KINDS.filter(
      (kind) =>
        builtinKind(kind)?.namespaced === true && !known.has(`${namespace}/${kind}`) && !mayList(elements(rules), kind),
    ).map((kind) => ({
      kind,
      namespace,
      state: 'forbidden' as const,
      reason: 'whoever made the bundle may not list it',
    }));
  });
}

function mayList(rules: readonly unknown[], kind: string): boolean {
  const { group = '', resource = '' } = builtinKind(kind) ?? {};
  return rules.some(
    (rule) =>
      allows(member(rule, 'verbs'), 'list') &&
      allows(member(rule, 'apiGroups'), group) &&
      allows(member(rule, 'resources'), resource) &&
      elements(member(rule, 'resourceNames')).length === 0,
  );
}

function allows(list: unknown, wanted: string): boolean {
  const values = elements(list);
  return values.includes('*') || values.includes(wanted);
}
