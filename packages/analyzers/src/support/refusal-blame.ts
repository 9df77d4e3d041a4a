import { memoize } from '@kroot/graph';
import { ref, refKey, type ResourceRef, type Snapshot } from '@kroot/types';
import { apiRefusals, type ApiRefusal } from './api-refusals.ts';
import { boundRoles, grantsRequest, names, reaches, type ApiRequest } from './rbac-rights.ts';

/** The rules that share the refusals; each refusal belongs to exactly one. */
export type RefusalRule =
  | 'rbac-dangling-roleref'
  | 'rbac-dangling-subject'
  | 'rbac-role-for-cluster-scoped'
  | 'rbac-apigroup-mismatch'
  | 'rbac-aggregation-empty'
  | 'rbac-forbidden-observed';

/** What is wrong in the rules of access behind refusals. */
export interface RefusalBlame {
  readonly rule: RefusalRule;
  readonly subject: ResourceRef;
  readonly refusals: readonly [ApiRefusal, ...ApiRefusal[]];
}

/** All refusals by what is to blame for them. */
export const refusalBlames: (snapshot: Snapshot) => readonly RefusalBlame[] = memoize((snapshot) => {
  const found = new Map<string, { rule: RefusalRule; subject: ResourceRef; refusals: [ApiRefusal, ...ApiRefusal[]] }>();
  for (const refusal of apiRefusals(snapshot)) {
    const blame = blameOf(snapshot, refusal);
    if (blame === undefined) continue;
    const key = `${blame.rule}\n${refKey(blame.subject)}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { ...blame, refusals: [refusal] });
    else known.refusals.push(refusal);
  }
  return [...found.values()];
});

type Blame = Pick<RefusalBlame, 'rule' | 'subject'>;

function blameOf(snapshot: Snapshot, { account, request }: ApiRefusal): Blame | undefined {
  const own = boundRoles(snapshot).filter(({ binding }) => names(binding, account));
  const dangling = own.find(
    (bound) => (request === undefined || reaches(bound, request)) && snapshot.lookup(bound.roleRef).state === 'absent',
  );
  if (dangling !== undefined) return { rule: 'rbac-dangling-roleref', subject: dangling.bindingRef };
  const strayed = strayBinding(snapshot, account, request);
  if (strayed !== undefined) return { rule: 'rbac-dangling-subject', subject: strayed };
  if (request === undefined) return undefined;
  const elsewhere = own.find(
    ({ role, bindingRef }) =>
      bindingRef.kind === 'RoleBinding' &&
      request.namespace === undefined &&
      role !== undefined &&
      grantsRequest(role, request),
  );
  if (elsewhere !== undefined) return { rule: 'rbac-role-for-cluster-scoped', subject: elsewhere.bindingRef };
  const mismatched = own.find(
    (bound) => reaches(bound, request) && (bound.role?.rules ?? []).some((rule) => fitsButGroup(rule, request)),
  );
  if (mismatched !== undefined) return { rule: 'rbac-apigroup-mismatch', subject: mismatched.roleRef };
  const empty = own.find(({ role }) => role?.aggregationRule !== undefined && (role.rules ?? []).length === 0);
  if (empty !== undefined) return { rule: 'rbac-aggregation-empty', subject: empty.roleRef };
  return { rule: 'rbac-forbidden-observed', subject: account };
}

function fitsButGroup(
  rule: { readonly resources?: readonly string[]; readonly verbs?: readonly string[] },
  { verb, resource }: ApiRequest,
): boolean {
  const { resources = [], verbs = [] } = rule;
  return resources.includes(resource) && (verbs.includes(verb) || verbs.includes('*'));
}

/** A binding that names an account which does not exist, of the same name in another namespace. */
function strayBinding(
  snapshot: Snapshot,
  account: ResourceRef,
  request: ApiRequest | undefined,
): ResourceRef | undefined {
  return boundRoles(snapshot).find(
    ({ binding, role }) =>
      (request === undefined || (role !== undefined && grantsRequest(role, request))) &&
      (binding.subjects ?? []).some(
        ({ kind, name, namespace = '' }) =>
          kind === 'ServiceAccount' &&
          name === account.name &&
          name !== 'default' &&
          namespace !== account.namespace &&
          snapshot.lookup(ref('ServiceAccount', namespace, name)).state === 'absent',
      ),
  )?.bindingRef;
}
