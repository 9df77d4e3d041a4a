import { ref, type RoleBinding } from '@kroot/types';
import { forKind, type MakerContext, type RelationMaker } from './relation-maker.ts';

/** What ServiceAccounts may do: their bindings and the roles behind these. Groups are left out: they bind everybody. */
export const rbacRelations: readonly RelationMaker[] = [
  forKind('RoleBinding', linkBinding),
  forKind('ClusterRoleBinding', linkBinding),
];

function linkBinding({ roleRef, subjects = [] }: RoleBinding, { self, namespace, link }: MakerContext): void {
  for (const { kind, name, namespace: own } of subjects) {
    const holder = own ?? namespace;
    if (kind === 'ServiceAccount' && holder !== '') link(ref('ServiceAccount', holder, name), self, 'binding');
  }
  if (roleRef === undefined || (roleRef.kind !== 'Role' && roleRef.kind !== 'ClusterRole')) return;
  link(self, ref(roleRef.kind, namespace, roleRef.name), 'role', { path: 'roleRef' });
}
