import { type Analyzer } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { similarNames } from '../support/near-objects.ts';
import { boundRoles } from '../support/rbac-rights.ts';
import { blameRule } from '../support/refusal-blame-rule.ts';
import { refKey, ref } from '@kroot/types';

/** Reports bindings to roles that do not exist, where their ServiceAccount is refused something. */
export const rbacDanglingRoleref: Analyzer = blameRule({
  id: 'rbac-dangling-roleref',
  title: 'Binding names a role that does not exist',
  docs: {
    means: 'A RoleBinding or ClusterRoleBinding grants nothing, because the role that it names is not there.',
    decides:
      'A ServiceAccount is refused a request now, or its program ends without a word, and a binding that names it has a roleRef that provably does not exist.',
  },
  describe: ({ subject, refusals }, snapshot) => {
    const [{ account }] = refusals;
    const role =
      boundRoles(snapshot).find(({ bindingRef }) => refKey(bindingRef) === refKey(subject))?.roleRef ??
      ref('Role', subject.namespace, '');
    const others = role.kind === 'Role' ? snapshot.list('Role', role.namespace) : snapshot.list('ClusterRole');
    return {
      message: `${inWords(subject)} grants nothing: ${inWords(role)} does not exist`,
      wrong: `${inWords(subject)} binds ${inWords(account)} to ${inWords(role)}, which does not exist`,
      evidence: [fromSpec(subject, 'roleRef', `${role.kind} ${role.name}`), computed(role, 'not in the cluster')],
      fixes: [
        {
          summary: `Create ${inWords(role)}, or bind ${account.name} to the right role`,
          steps: [
            'The roleRef of a binding cannot be changed: to name another role, delete the binding and create it again.',
            'A role of kind Role has to be in the namespace of the binding; a ClusterRole is named by kind ClusterRole.',
          ],
          commands: [
            kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml'),
            kubectl(subject.namespace, 'get', role.kind === 'Role' ? 'roles' : 'clusterroles'),
          ],
          effect: 'none',
          where: 'cluster',
        },
      ],
      notes: [
        ...(role.namespace === undefined
          ? []
          : similarNames(
              role,
              others.map(({ metadata }) => metadata.name),
            )),
        ...otherKind(
          role.kind,
          role.name,
          snapshot.list('ClusterRole').map(({ metadata }) => metadata.name),
        ),
      ],
    };
  },
});

function otherKind(kind: string, name: string, clusterRoles: readonly string[]): readonly string[] {
  return kind === 'Role' && clusterRoles.includes(name)
    ? [`There is a ClusterRole ${name}: the binding names the wrong kind.`]
    : [];
}
