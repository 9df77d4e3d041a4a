import { type Analyzer } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { blameRule } from '../support/refusal-blame-rule.ts';
import { jsonPatch } from '../support/template-patch.ts';

/** Reports roles that name the right resource in the wrong API group, where somebody is refused for it. */
export const rbacApigroupMismatch: Analyzer = blameRule({
  id: 'rbac-apigroup-mismatch',
  title: 'Role names a resource in the wrong API group',
  docs: {
    means: 'A rule of a role names a resource with an API group that the resource is not in, so it grants nothing.',
    decides:
      'A ServiceAccount is refused a request, and a role that is bound to it has a rule with the same resource and verb, but without the API group of the request.',
  },
  describe: ({ subject, refusals }, snapshot) => {
    const [{ request }] = refusals;
    const { resource = '', group = '', verb = '' } = request ?? {};
    const role = present(
      snapshot,
      subject.kind === 'ClusterRole' ? 'ClusterRole' : 'Role',
      subject.namespace,
      subject.name,
    );
    const rules = role?.rules ?? [];
    const index = rules.findIndex(
      ({ resources = [], verbs = [] }) => resources.includes(resource) && (verbs.includes(verb) || verbs.includes('*')),
    );
    const groups = (rules[index]?.apiGroups ?? []).map((name) => `"${name}"`).join(', ');
    return {
      message: `${inWords(subject)} allows ${resource} in API group ${groups}, but they are in "${group}"`,
      wrong: `Rule ${index} of ${inWords(subject)} names ${resource} with API group ${groups} instead of "${group}"`,
      evidence: [fromSpec(subject, `rules[${index}].apiGroups`, `[${groups}]`)],
      fixes: [
        {
          summary: `Add API group "${group}" to rule ${index} of ${inWords(subject)}`,
          steps: ['`kubectl api-resources` tells the group of each resource; the core group is written "".'],
          commands: [jsonPatch(subject, [{ op: 'add', path: `/rules/${index}/apiGroups/-`, value: group }])],
          effect: 'change',
          where: 'cluster',
        },
      ],
    };
  },
});
