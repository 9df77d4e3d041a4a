import { type Analyzer } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { blameRule } from '../support/refusal-blame-rule.ts';
import { jsonPatch } from '../support/template-patch.ts';

/** Reports bindings that name a ServiceAccount in the wrong namespace, where the real one is refused something. */
export const rbacDanglingSubject: Analyzer = blameRule({
  id: 'rbac-dangling-subject',
  title: 'Binding names a ServiceAccount in the wrong namespace',
  docs: {
    means:
      'A binding grants rights to a ServiceAccount that does not exist; the one that needs them is in another namespace.',
    decides:
      'A ServiceAccount is refused a request now that the role of the binding grants, or its program ends without a word, and the binding names one of the same name in a namespace where there is none.',
  },
  describe: ({ subject, refusals }, snapshot) => {
    const [{ account }] = refusals;
    const binding =
      subject.kind === 'ClusterRoleBinding'
        ? present(snapshot, 'ClusterRoleBinding', undefined, subject.name)
        : present(snapshot, 'RoleBinding', subject.namespace, subject.name);
    const subjects = binding?.subjects ?? [];
    const index = subjects.findIndex(({ kind, name }) => kind === 'ServiceAccount' && name === account.name);
    const wrong = subjects[index]?.namespace ?? '';
    return {
      message: `${inWords(subject)} names ServiceAccount ${account.name} in namespace ${wrong}, where there is none`,
      wrong: `${inWords(subject)} grants its rights to ServiceAccount ${wrong}/${account.name}, which does not exist`,
      evidence: [fromSpec(subject, `subjects[${index}]`, `ServiceAccount ${wrong}/${account.name}`)],
      fixes: [
        {
          summary: `Name namespace ${account.namespace ?? ''} in ${inWords(subject)}`,
          steps: ['The namespace of a subject is that of the ServiceAccount, not that of the binding.'],
          commands: [
            jsonPatch(subject, [
              { op: 'replace', path: `/subjects/${index}/namespace`, value: account.namespace ?? '' },
            ]),
          ],
          effect: 'change',
          where: 'cluster',
        },
      ],
    };
  },
});
