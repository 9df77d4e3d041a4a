import { memoize, refOf } from '@kroot/graph';
import { ref, type ResourceRef, type Role, type RoleBinding, type Snapshot } from '@kroot/types';
import { present } from './present.ts';

/** A binding with the role that it grants, if that is there. */
export interface BoundRole {
  readonly binding: RoleBinding;
  readonly bindingRef: ResourceRef;
  readonly roleRef: ResourceRef;
  readonly role?: Role;
}

/** A request to the API, as RBAC looks at it. */
export interface ApiRequest {
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  /** Absent at the cluster scope. */
  readonly namespace?: string;
}

/** All bindings of a cluster. */
export const boundRoles: (snapshot: Snapshot) => readonly BoundRole[] = memoize((snapshot) =>
  [...snapshot.list('ClusterRoleBinding'), ...snapshot.list('RoleBinding')].flatMap((binding) => {
    const { kind, name = '' } = binding.roleRef ?? {};
    if (kind !== 'ClusterRole' && kind !== 'Role') return [];
    const namespace = kind === 'Role' ? binding.metadata.namespace : undefined;
    const role = present(snapshot, kind, namespace, name);
    return [
      {
        binding,
        bindingRef: refOf(binding),
        roleRef: ref(kind, namespace, name),
        ...(role === undefined ? {} : { role }),
      },
    ];
  }),
);

/** Whether a binding names a ServiceAccount, itself or by the groups that it is in. */
export function names({ subjects = [], metadata }: RoleBinding, account: ResourceRef): boolean {
  return subjects.some(({ kind, name, namespace = metadata.namespace }) => {
    if (kind === 'ServiceAccount') return name === account.name && namespace === account.namespace;
    if (kind === 'User') return name === `system:serviceaccount:${account.namespace ?? ''}:${account.name}`;
    return (
      kind === 'Group' &&
      ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${account.namespace ?? ''}`].includes(
        name,
      )
    );
  });
}

type Rule = NonNullable<Role['rules']>[number];

/** Whether a rule fits a request but perhaps for the API group. */
function coversResource({ resources = [], verbs = [] }: Rule, { verb, resource }: ApiRequest): boolean {
  return (
    holds(verbs, verb) &&
    (holds(resources, resource) || (resource.includes('/') && resources.includes(`*/${resource.split('/')[1] ?? ''}`)))
  );
}

/** Whether a role grants a request, names of single objects aside. */
export function grantsRequest({ rules = [] }: Role, request: ApiRequest): boolean {
  return rules.some((rule) => coversResource(rule, request) && holds(rule.apiGroups ?? [], request.group));
}

function holds(list: readonly string[], wanted: string): boolean {
  return list.includes(wanted) || list.includes('*');
}

/** Whether a binding is in force where a request goes to. */
export function reaches({ bindingRef }: BoundRole, { namespace }: ApiRequest): boolean {
  return bindingRef.kind === 'ClusterRoleBinding' || bindingRef.namespace === namespace;
}
