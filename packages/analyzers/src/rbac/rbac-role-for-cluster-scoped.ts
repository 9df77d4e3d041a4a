import { type Analyzer } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { blameRule, requestWords } from '../support/refusal-blame-rule.ts';

/** Reports RoleBindings that grant in one namespace what is asked for in the whole cluster. */
export const rbacRoleForClusterScoped: Analyzer = blameRule({
  id: 'rbac-role-for-cluster-scoped',
  title: 'RoleBinding cannot grant what is asked at the cluster scope',
  docs: {
    means:
      'A RoleBinding counts in its namespace only. Nodes, PersistentVolumes and other kinds without a namespace, and requests for all namespaces, need a ClusterRoleBinding.',
    decides:
      'A ServiceAccount is refused a request at the cluster scope that a role allows which is bound to it by a RoleBinding.',
  },
  describe: ({ subject, refusals }, snapshot) => {
    const [{ account, request }] = refusals;
    const roleRef = present(snapshot, 'RoleBinding', subject.namespace, subject.name)?.roleRef;
    const { kind = 'Role', name = '' } = roleRef ?? {};
    const binds =
      kind === 'ClusterRole'
        ? [
            kubectl(
              undefined,
              'create',
              'clusterrolebinding',
              `${account.namespace ?? ''}-${subject.name}`,
              `--clusterrole=${name}`,
              `--serviceaccount=${account.namespace ?? ''}:${account.name}`,
            ),
          ]
        : [kubectl(subject.namespace, 'get', `role/${name}`, '-o', 'yaml')];
    return {
      message: `${inWords(subject)} cannot grant ${request === undefined ? 'cluster-wide rights' : requestWords(request)}`,
      wrong: `${inWords(subject)} grants ${kind} ${name} in namespace ${subject.namespace ?? ''} only`,
      evidence: [fromSpec(subject, 'roleRef', `${kind} ${name}`)],
      fixes: [
        {
          summary: `Bind ${account.name} with a ClusterRoleBinding, or let the program look at its own namespace only`,
          steps: [
            kind === 'ClusterRole'
              ? `A ClusterRoleBinding to ClusterRole ${name} grants the same rights in all namespaces: see first that it does not grant too much.`
              : `Make a ClusterRole with the rules of Role ${name} that are needed everywhere, and bind it with a ClusterRoleBinding.`,
          ],
          commands: binds,
          effect: kind === 'ClusterRole' ? 'change' : 'none',
          where: 'cluster',
        },
      ],
    };
  },
});
