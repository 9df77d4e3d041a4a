import { type Analyzer } from '@kroot/types';
import { APPLICATION_KIND } from '../support/deliveries.ts';
import { deliveryRule } from '../support/delivery-rule.ts';

/** Reports applications of Argo CD whose manifests cannot be fetched, rendered or compared. */
export const argoComparisonError: Analyzer = deliveryRule({
  id: 'argo-comparison-error',
  title: 'Argo CD cannot get or compare the manifests of an application',
  kinds: [APPLICATION_KIND],
  step: 'fetch',
  docs: {
    means:
      'Argo CD cannot tell what should run: the repository, the path, the chart or the project is wrong, or the cluster cannot be read. What runs goes on, and no change arrives.',
    decides: 'The Application has the condition ComparisonError or InvalidSpecError.',
    silent: 'In the first two minutes. When the words tell of a conversion webhook, that is told as the cause.',
    references: ['https://argo-cd.readthedocs.io/en/stable/operator-manual/troubleshooting/'],
  },
  fails: () => 'cannot be compared with Git',
  fix: ({ ref }) => ({
    summary: `Correct the source of Application ${ref.name}`,
    steps: [
      'spec.source names the repository, the revision and the path or chart; the condition says which of them fails.',
      `\`argocd app get ${ref.name} --hard-refresh\` tries again without the cache.`,
    ],
  }),
});
