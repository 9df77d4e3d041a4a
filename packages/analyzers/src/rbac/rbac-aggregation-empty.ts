import { formatLabelSelector } from '@kroot/graph';
import { type Analyzer } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { blameRule } from '../support/refusal-blame-rule.ts';

/** Reports ClusterRoles that should be put together from others and find none, where somebody is refused for it. */
export const rbacAggregationEmpty: Analyzer = blameRule({
  id: 'rbac-aggregation-empty',
  title: 'Aggregated ClusterRole has no rules',
  docs: {
    means: 'A ClusterRole takes its rules from other ClusterRoles by their labels, and none of them has these labels.',
    decides:
      'A ServiceAccount is refused a request, and a ClusterRole that is bound to it has an aggregationRule and no rules.',
  },
  describe: ({ subject }, snapshot) => {
    const role = present(snapshot, 'ClusterRole', undefined, subject.name);
    const [selector] = role?.aggregationRule?.clusterRoleSelectors ?? [];
    const words = selector === undefined ? 'no labels' : formatLabelSelector(selector);
    return {
      message: `${inWords(subject)} is empty: no ClusterRole has the labels that it gathers (${words})`,
      wrong: `${inWords(subject)} gathers the rules of ClusterRoles with ${words}, and there are none`,
      evidence: [fromSpec(subject, 'aggregationRule.clusterRoleSelectors', words)],
      fixes: [
        {
          summary: `Label the ClusterRoles that ${subject.name} should gather`,
          steps: [
            `Each ClusterRole with ${words} is taken in by itself; rules written into ${subject.name} are overwritten.`,
          ],
          commands: [kubectl(undefined, 'get', 'clusterroles', '--show-labels')],
          effect: 'none',
          where: 'cluster',
        },
      ],
    };
  },
});
